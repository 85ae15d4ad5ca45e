//! Pages in a browser.

use crate::process::{Call, root};

const FOLDER: &str = "crates/trace-viewer/tests/page";

/// Installs the browser's driver.
pub(super) fn node_modules() -> Result<(), String> {
    if root().join(FOLDER).join("node_modules").exists() {
        return Ok(());
    }
    Call::new("npm ci --silent --no-audit --no-fund").within(FOLDER).run()
}

/// Runs the tests of the page's modules, then those of whole pages.
pub(super) fn run() -> Result<(), String> {
    Call::new("npm run --silent unit").within(FOLDER).run()
}

//! The script and the style, each as one text with its hash.
//!
//! The script is kept as ordinary modules, which tests import one by one. The page carries them as one closed function:
//! modules in order of dependence, `import` lines dropped, `export` taken off. Names are unique over all modules.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The style sheet.
pub(super) const STYLE: &str = include_str!("../../assets/page.css");

macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../assets/js/", $name, ".mjs")))),*]
    };
}

/// The modules with their names, each after those it imports.
pub(super) const MODULES: &[(&str, &str)] = modules![
    "text", "bytes", "columns", "kinds", "tree", "axis", "json", "preview", "match", "dom", "blocks",
    "search", "bars", "minimap", "list", "tools", "value", "inspect", "sheet", "route", "keys", "theme",
    "divider", "app", "actions", "start",
];

/// All modules as one script.
pub(super) fn script() -> String {
    let mut script = String::from("\"use strict\";(()=>{\n");
    for (_, source) in MODULES {
        for line in source.lines().map(str::trim).filter(|line| is_code(line)) {
            script.push_str(line.strip_prefix("export ").unwrap_or(line));
            script.push('\n');
        }
    }
    script.push_str("})();\n");
    script
}

fn is_code(line: &str) -> bool {
    !line.is_empty() && !line.starts_with("//") && !line.starts_with("import ")
}

/// A content security policy's source expression for an inline element.
pub(super) fn source_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

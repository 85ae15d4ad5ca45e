//! What leaves the repository: packages, and files that are committed.

use crate::process::Call;

/// Packs every crate that is published, without building it.
pub(super) fn check() -> Result<(), String> {
    Call::new("cargo package --locked --workspace --exclude xtask --no-verify --allow-dirty --quiet").run()
}

/// The committed files that differ from what is committed; nothing outside a repository.
pub(super) fn committed_changes() -> Result<String, String> {
    let git = Call::new("git rev-parse --is-inside-work-tree");
    if !git.works() {
        return Ok(String::new());
    }
    Call::new("git diff --no-color").output()
}

/// Checks that no step changed a committed file: what is generated matches its source.
pub(super) fn nothing_changed(before: &str) -> Result<(), String> {
    if committed_changes()? == before {
        return Ok(());
    }
    Err("a step changed committed files; look at\n    git diff".to_owned())
}

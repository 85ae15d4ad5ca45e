//! The script and the style, each as one text with its hash.
//!
//! Both are kept as small source files in `assets/js` and `assets/css`; what stands here is made of them and committed, so
//! that a build needs no Node. The tests of the page check that the two agree.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The style sheet.
pub(super) const STYLE: &str = include_str!("../../assets/built/page.css");
/// The script.
pub(super) const SCRIPT: &str = include_str!("../../assets/built/page.js");

/// A content security policy's source expression for an inline element.
pub(super) fn source_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

//! The only file that makes HTML.

//! Attachments as parts. What they hold is never in them.

use serde::Serialize;
use trace_core::event::TraceAttachment;

/// The part for an attachment: where it is, or a blob without content.
#[derive(Serialize)]
pub(super) struct AttachmentPart<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    modality: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    /// The index of an attachment that the request does not list.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_attachment: Option<usize>,
}

impl<'a> AttachmentPart<'a> {
    pub(super) fn new(attachment: &'a TraceAttachment) -> Self {
        let mime_type = attachment.mime.as_deref();
        let described = Self {
            kind: "blob",
            modality: modality(mime_type.unwrap_or_default()),
            mime_type,
            uri: None,
            file_id: None,
            content: None,
            filename: attachment.filename.as_deref(),
            size: attachment.bytes_len,
            sha256: attachment.bytes_sha256.as_deref(),
            missing_attachment: None,
        };
        match attachment.source.as_str() {
            uri if is_address(uri) => Self { kind: "uri", uri: Some(uri), ..described },
            id if is_file_id(id) => Self { kind: "file", file_id: Some(id), ..described },
            _ => Self { content: Some(""), ..described },
        }
    }

    pub(super) fn missing(index: usize) -> Self {
        Self {
            kind: "blob",
            modality: modality(""),
            mime_type: None,
            uri: None,
            file_id: None,
            content: Some(""),
            filename: None,
            size: None,
            sha256: None,
            missing_attachment: Some(index),
        }
    }
}

/// Whether this is an address to fetch from. A `data:` address is content.
fn is_address(source: &str) -> bool {
    let scheme = source.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// Whether this is how providers name uploaded files.
fn is_file_id(source: &str) -> bool {
    ["file-", "file_", "files/"].iter().any(|start| source.starts_with(start))
}

fn modality(mime: &str) -> &'static str {
    match mime.split('/').next().unwrap_or_default() {
        kind if kind.eq_ignore_ascii_case("image") => "image",
        kind if kind.eq_ignore_ascii_case("video") => "video",
        kind if kind.eq_ignore_ascii_case("audio") => "audio",
        _ => "document",
    }
}

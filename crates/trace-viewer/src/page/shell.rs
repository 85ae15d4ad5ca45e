//! The templates: the page before its bodies, and what comes after them.

use std::io;

use askama::Template;

use super::PageOptions;
use super::blocks::BlockIndex;
use super::columns::{Column, columns};
use super::facets::{Facet, facets};
use super::graphs::{Listed, graphs, listed};
use super::meta::meta;
use super::numbers::{Look, Table, tables};
use super::runs::runs;
use super::script::{SCRIPT, STYLE, source_hash};
use super::summary::Summary;
use super::text::visible;
use crate::model::Model;

/// Characters of a title that are kept.
const TITLE: usize = 200;
/// Characters of what is said of a part.
const PART: usize = 1_000;

/// Head, totals, script and index.
#[derive(Template)]
#[template(path = "page.html")]
pub(super) struct Shell {
    title: String,
    part: Option<String>,
    policy: String,
    style: &'static str,
    script: &'static str,
    meta: String,
    columns: Vec<Column>,
    graphs: String,
    listed: Vec<Listed>,
    facets: Vec<Facet>,
    summary: Summary,
    runs: Table,
    numbers: Vec<Table>,
}

/// The trailer, by whose absence a cut file is known.
#[derive(Template)]
#[template(path = "end.html")]
pub(super) struct End<'a> {
    pub(super) blocks: usize,
    pub(super) sha256: &'a str,
}

impl Shell {
    /// The shell of one page.
    pub(super) fn new(model: &Model, blocks: &BlockIndex, options: &PageOptions) -> io::Result<Self> {
        Ok(Self {
            title: visible(&options.title, TITLE),
            part: options.part.as_deref().map(|part| visible(part, PART)),
            policy: policy(),
            style: STYLE,
            script: SCRIPT,
            meta: meta(model, blocks)?,
            columns: columns(model)?,
            graphs: graphs(model)?,
            listed: listed(model),
            facets: facets(model),
            summary: Summary::new(model),
            runs: runs(model),
            numbers: tables(model, options.prices.as_ref()),
        })
    }
}

/// Nothing is allowed but this page's own script and style.
fn policy() -> String {
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'",
        source_hash(SCRIPT),
        source_hash(STYLE)
    )
}

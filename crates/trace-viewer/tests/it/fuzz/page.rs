//! Whatever a trace holds, its page is the template's markup and nothing else.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use trace_core::TraceReader;
use trace_viewer::model::{Model, ModelBuilder, Row, RowFlags, RowKind, Status};
use trace_viewer::page::{BlockWriter, PageOptions, write_page};

const TEMPLATE: &str = concat!(
    include_str!("../../../templates/page.html"),
    include_str!("../../../templates/numbers.html"),
    include_str!("../../../templates/end.html")
);

/// Checks it of any bytes.
pub(crate) fn check(bytes: &[u8]) {
    let name: String = String::from_utf8_lossy(bytes).chars().take(300).collect();
    let mut reader = TraceReader::salvage(bytes);
    let mut builder = ModelBuilder::new();
    let mut records = Vec::new();
    builder.begin_input(&name);
    while let Some(entry) = reader.next_entry().expect("nothing stops a salvaging reader") {
        builder.push(&entry);
        records.push(entry.text.to_owned());
    }
    builder.end_input(&reader.into_report());
    let model = builder.finish();
    check_model(&model, records.len());
    let (html, blocks) = page(&model, &records, &name);
    check_page(&html, blocks);
}

/// Every index of the model leads somewhere.
fn check_model(model: &Model, records: usize) {
    assert_eq!(model.records.len(), records);
    let mut deepest = 0;
    for row in &model.rows {
        assert!(row.depth <= deepest, "a row has a parent above it");
        deepest = row.depth + 1;
        assert!((row.name as usize) < model.names.len());
        assert!(row.first.into_iter().chain(row.last).all(|record| (record as usize) < records));
        assert!(row.usage.is_none_or(|usage| (usage as usize) < model.usages.len()));
    }
    for record in &model.records {
        assert!((record.row as usize) < model.rows.len() && (record.kind as usize) < model.names.len());
    }
}

/// The page, and the number of its blocks.
fn page(model: &Model, records: &[String], title: &str) -> (String, usize) {
    let mut spool = Vec::new();
    let mut writer = BlockWriter::new(&mut spool);
    for record in records {
        writer.push(record.as_bytes()).expect("memory takes everything");
    }
    let blocks = writer.finish().expect("memory takes everything");
    let mut html = Vec::new();
    let options = PageOptions { title: title.to_owned(), ..PageOptions::default() };
    write_page(&mut html, model, &blocks, &mut spool.as_slice(), &options).expect("memory takes everything");
    (String::from_utf8(html).expect("a page is UTF-8"), blocks.len())
}

fn check_page(html: &str, blocks: usize) {
    let empty = empty_page();
    let head = |page: &str| page.split_once("<title>").expect("a page has a title").0.len();
    assert_eq!(html[..head(html)], empty[..head(empty)], "nothing comes before the title");
    assert_eq!(html.matches("http-equiv").count(), 1, "there is one policy");
    let scripts = |page: &str| page.matches("<script").count();
    assert_eq!(scripts(html), scripts(empty) + blocks);
    assert_eq!(html.matches("<script>").count(), 1, "one script runs");
    for element in html.split("<script type=\"text/plain\"").skip(1) {
        let (body, _) = element.split_once('>').and_then(|(_, rest)| rest.split_once('<')).expect("it ends");
        assert!(body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)), "base64");
    }
    let shell = without(&without(&html[head(html)..], "<script", "</script>"), "<style>", "</style>");
    assert!(!shell.contains(is_hidden), "what cannot be seen is spelled");
    for piece in pieces(&shell) {
        // Which field a list of values counts is said by the crate, in one word.
        let field = piece.strip_prefix("details data-field=");
        let piece = match field.filter(|field| field.bytes().all(|byte| byte.is_ascii_lowercase())) {
            Some(_) => "details data-field=".to_owned(),
            None => piece,
        };
        assert!(known().contains(&piece), "{piece} is not in the template");
    }
}

/// Whether a character moves the cursor or turns the direction of its neighbours.
fn is_hidden(next: char) -> bool {
    (next.is_control() && next != '\n')
        || matches!(next, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn empty_page() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    PAGE.get_or_init(|| page(&Model::default(), &[], "").0)
}

/// A page with every filter and every kind of row, in which nothing is foreign but the names `a` and `b`.
fn full_page() -> String {
    use RowKind::*;
    let kinds = [
        Session,
        Turn,
        LlmCall,
        ToolCall,
        CodeBlock,
        Batch,
        Process,
        Graph,
        GraphNode,
        Prompt,
        ProviderRequest,
        ProviderChunk,
        RuntimeChunk,
        ProtocolStep,
        Usage,
        EnvelopeDiff,
        Custom,
        Log,
        RuntimeEvent,
        Run,
        UncaughtError,
        RecordsDropped,
        Unknown,
        Foreign,
    ];
    let row = |name: u32, kind: RowKind| Row {
        depth: 0,
        kind,
        status: if name == 1 { Status::Failed } else { Status::Completed },
        flags: RowFlags(RowFlags::ORPHAN | 1 << RowFlags::LEVEL_SHIFT),
        name,
        start_us: 0,
        duration_us: 0,
        first: None,
        last: None,
        usage: None,
    };
    let rows = [1, 2].into_iter().flat_map(|name| kinds.map(|kind| row(name, kind))).collect();
    let names = ["", "a", "b"].map(str::to_owned).into();
    page(&Model { names, rows, ..Model::default() }, &[], "").0
}

/// The tags of the templates, each with one of its attributes, and what the program itself writes into them.
fn known() -> &'static BTreeSet<String> {
    static KNOWN: OnceLock<BTreeSet<String>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let markup = without(&without(TEMPLATE, "{%", "%}"), "{{", "}}");
        let full = without(&without(&full_page(), "<script", "</script>"), "<style>", "</style>");
        let written: Vec<_> = pieces(&full).collect();
        pieces(&without(&markup, "<script", "</script>")).chain(written).collect()
    })
}

/// Tags with each of their attributes, digits left out: `td class="bad"` comes as `td` and `td class=bad`.
fn pieces(html: &str) -> impl Iterator<Item = String> {
    html.split('<').skip(1).flat_map(|part| {
        let (tag, _) = part.split_once('>').expect("a tag ends");
        let tag = tag.replace(|next: char| next.is_ascii_digit(), "");
        let (name, attributes) = tag.split_once(' ').unwrap_or((&tag, ""));
        let parts: Vec<&str> = attributes.split('"').map(str::trim).collect();
        let attributes: Vec<_> = parts.chunks(2).map(|pair| format!("{name} {}", pair.concat())).collect();
        [name.to_owned()].into_iter().chain(attributes)
    })
}

/// The text without what lies between `open` and `close`, both included.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once(close).expect("what opens is closed").1)
}

//! `trace-viewer graph FILE…`.

mod list;
mod read;

use std::io::{self, BufWriter, Write as _};

use trace_core::TraceLashlangGraph;
use trace_viewer::diagram::{dot, mermaid};

use super::Exit;
use super::args::{FormatArgs, GraphArgs};
use super::report::{self, Failure};

use list::{Summary, table};
use read::Reading;

/// Keys that a message names.
const NAMED: usize = 5;

/// Prints a graph of the named files, or a list of their graphs.
pub(super) fn run(args: &GraphArgs) -> Result<Exit, Failure> {
    let reading = read::read(&args.files)?;
    let text = text(&reading, args)?;
    match print(&text) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        printed => printed.map_err(Failure::Stdout)?,
    }
    report::findings(&reading.outcome);
    Ok(if reading.outcome.finding_count == 0 { Exit::Done } else { Exit::Damaged })
}

fn text(reading: &Reading, args: &GraphArgs) -> Result<String, Failure> {
    let graphs = &reading.graphs;
    let wanted = match (&args.key, &graphs[..]) {
        (_, []) => {
            let name = args.files.first().map(|file| file.display().to_string()).unwrap_or_default();
            return Err(Failure::NoGraph { name });
        }
        (Some(key), _) => Some(find(graphs, key)?),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let FormatArgs { json, mermaid: as_mermaid, dot: as_dot } = args.format;
    match wanted {
        Some(graph) if as_mermaid => Ok(mermaid(graph)),
        Some(graph) if as_dot => Ok(dot(graph)),
        Some(graph) => pretty(graph),
        None if as_mermaid || as_dot => {
            let keys = graphs.iter().take(NAMED).map(|graph| graph.graph_key.clone()).collect();
            Err(Failure::ManyGraphs { keys, count: graphs.len() })
        }
        None if json => pretty(&graphs.iter().map(Summary::new).collect::<Vec<_>>()),
        None => Ok(table(graphs)),
    }
}

fn find<'a>(graphs: &'a [TraceLashlangGraph], key: &str) -> Result<&'a TraceLashlangGraph, Failure> {
    graphs.iter().find(|graph| graph.graph_key == key).ok_or_else(|| {
        let mut near: Vec<(bool, usize, &str)> = graphs
            .iter()
            .map(|graph| {
                let other = graph.graph_key.as_str();
                (!other.contains(key), strsim::damerau_levenshtein(other, key), other)
            })
            .collect();
        near.sort_unstable();
        let near = near.iter().take(NAMED).map(|&(_, _, key)| key.to_owned()).collect();
        Failure::UnknownGraph { key: key.to_owned(), near, count: graphs.len() }
    })
}

fn pretty(value: &impl serde::Serialize) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(value).map_err(|error| Failure::Stdout(error.into()))?;
    text.push('\n');
    Ok(text)
}

fn print(text: &str) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    out.write_all(text.as_bytes())?;
    out.flush()
}

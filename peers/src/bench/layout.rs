//! Maps of execution graphs to places on a plane.

use rust_sugiyama::configure::Config;
use trace_viewer::layout::{Shape, layout};

use super::measure::{Case, medians, rows, timed};

/// Graphs shaped like programs, of three sizes. The reference gives places of boxes; ours the routes of edges too.
pub fn run() {
    println!("| map | layout | median of a map | to rust-sugiyama |\n|---|---|--:|--:|");
    for nodes in [20, 1_000, 3_000] {
        let shape = program(nodes);
        let edges: Vec<(u32, u32)> = shape.edges.clone();
        let mut cases = [
            Case::new("rust-sugiyama", 1, || {
                timed(|| drop(rust_sugiyama::from_edges(&edges, &Config::default())))
            }),
            Case::new("ours", 1, || timed(|| drop(layout(&shape)))),
        ];
        let results = medians(&mut cases, 21);
        let map = format!("{nodes} nodes, {} edges", edges.len());
        print!("{}", rows(&map, &results, 0, |nanos| format!("{:.2} ms", nanos / 1e6)));
    }
}

/// A program: a chain with arms of branches that meet again, and every tenth node the end of a loop.
fn program(nodes: u32) -> Shape {
    let mut edges = Vec::new();
    for node in 1..nodes {
        let arm = node % 5 == 3;
        edges.push((if arm { node - 2 } else { node - 1 }, node));
        if node % 5 == 4 {
            edges.push((node - 2, node));
        }
        if node % 10 == 9 {
            edges.push((node, node - 7));
        }
        if node % 37 == 36 {
            edges.push((node - 30, node));
        }
    }
    Shape { sizes: (0..nodes).map(|node| (96 + 2 * (node as i32 * 13 % 80), 44)).collect(), edges }
}

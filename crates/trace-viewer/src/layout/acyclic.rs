//! Edges turned so that none runs in a circle.

use super::{Shape, index};

/// What becomes of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// It runs as it is, from the upper to the lower end.
    Down(u32, u32),
    /// It closes a circle; the upper end is the one it leads to.
    Up(u32, u32),
    /// It leads from a box to itself.
    Loop(u32),
    /// It names a box that does not exist.
    Nowhere,
}

impl Edge {
    /// Upper and lower end.
    pub(super) fn ends(self) -> Option<(u32, u32)> {
        match self {
            Self::Down(upper, lower) | Self::Up(upper, lower) => Some((upper, lower)),
            Self::Loop(_) | Self::Nowhere => None,
        }
    }
}

/// Turns the edges that a walk from the first boxes finds leading back to where it came from.
pub(super) fn acyclic(shape: &Shape) -> Vec<Edge> {
    let count = shape.sizes.len();
    let mut edges: Vec<Edge> = shape.edges.iter().map(|&(from, to)| edge(count, from, to)).collect();
    let mut out = vec![Vec::new(); count];
    let mut entered = vec![false; count];
    for (number, edge) in edges.iter().enumerate() {
        if let Some((from, to)) = edge.ends() {
            out[from as usize].push(index(number));
            entered[to as usize] = true;
        }
    }
    let mut walk = Walk { seen: vec![false; count], open: vec![false; count], next: vec![0; count] };
    let firsts = (0..count).filter(|&node| !entered[node]);
    for start in firsts.chain(0..count).collect::<Vec<_>>() {
        walk.from(start, &out, &mut edges);
    }
    edges
}

fn edge(count: usize, from: u32, to: u32) -> Edge {
    if from as usize >= count || to as usize >= count {
        Edge::Nowhere
    } else if from == to {
        Edge::Loop(from)
    } else {
        Edge::Down(from, to)
    }
}

struct Walk {
    seen: Vec<bool>,
    /// On the path from the start.
    open: Vec<bool>,
    /// The next edge to follow.
    next: Vec<usize>,
}

impl Walk {
    fn from(&mut self, start: usize, out: &[Vec<u32>], edges: &mut [Edge]) {
        if std::mem::replace(&mut self.seen[start], true) {
            return;
        }
        self.open[start] = true;
        let mut path = vec![start];
        while let Some(&node) = path.last() {
            let Some(&number) = out[node].get(self.next[node]) else {
                self.open[node] = false;
                path.pop();
                continue;
            };
            self.next[node] += 1;
            let edge = &mut edges[number as usize];
            let Edge::Down(from, to) = *edge else { continue };
            if self.open[to as usize] {
                *edge = Edge::Up(to, from);
            } else if !std::mem::replace(&mut self.seen[to as usize], true) {
                self.open[to as usize] = true;
                path.push(to as usize);
            }
        }
    }
}

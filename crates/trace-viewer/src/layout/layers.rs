//! Ranks filled with boxes, and with the places where long edges pass.

use super::acyclic::Edge;
use super::{GAP_X, LANE, LOOP, PASSES, Shape, index};

/// The graph cut into ranks. The first vertices are the boxes; the others are places where an edge passes a rank.
#[derive(Debug)]
pub(super) struct Layers {
    /// The vertices of each rank, from left to right.
    pub(super) ranks: Vec<Vec<u32>>,
    /// Boxes without edges to others.
    pub(super) alone: Vec<u32>,
    /// The room each vertex takes across, gap included. Even.
    pub(super) room: Vec<i32>,
    /// Neighbours on the rank above, and on the rank below.
    pub(super) above: Vec<Vec<u32>>,
    pub(super) below: Vec<Vec<u32>>,
    /// The vertices of each edge from top to bottom; none for edges that run straight.
    pub(super) chains: Vec<Vec<u32>>,
    pub(super) boxes: usize,
}

impl Layers {
    pub(super) fn new(shape: &Shape, edges: &[Edge], ranks: Vec<u32>) -> Self {
        let boxes = shape.sizes.len();
        let mut layers = Self {
            ranks: Vec::new(),
            alone: Vec::new(),
            room: shape.sizes.iter().map(|&(width, _)| even(width + GAP_X)).collect(),
            above: vec![Vec::new(); boxes],
            below: vec![Vec::new(); boxes],
            chains: vec![Vec::new(); edges.len()],
            boxes,
        };
        let mut ranks = ranks;
        for edge in short_first(edges, &ranks) {
            layers.chain(edge, edges[edge], &mut ranks);
        }
        for edge in edges {
            if let Edge::Loop(node) = *edge {
                layers.room[node as usize] = even(shape.sizes[node as usize].0 + GAP_X + 2 * LOOP);
            }
        }
        layers.fill(edges, &ranks);
        layers
    }

    /// Leads an edge through the ranks between its ends.
    fn chain(&mut self, number: usize, edge: Edge, ranks: &mut Vec<u32>) {
        let Some((upper, lower)) = edge.ends() else { return };
        let between = ranks[upper as usize] + 1..ranks[lower as usize];
        if ranks.len() - self.boxes + between.len() > PASSES {
            return;
        }
        let mut chain = vec![upper];
        for rank in between {
            chain.push(index(ranks.len()));
            ranks.push(rank);
            self.room.push(LANE);
            self.above.push(Vec::new());
            self.below.push(Vec::new());
        }
        chain.push(lower);
        self.chains[number] = chain;
    }

    /// Joins neighbours in the order of the edges, then fills the ranks in the order of a walk.
    fn fill(&mut self, edges: &[Edge], ranks: &[u32]) {
        for chain in &self.chains {
            for (upper, lower) in chain.iter().zip(chain.iter().skip(1)) {
                self.below[*upper as usize].push(*lower);
                self.above[*lower as usize].push(*upper);
            }
        }
        let mut joined = vec![false; self.boxes];
        for (upper, lower) in edges.iter().filter_map(|edge| edge.ends()) {
            joined[upper as usize] = true;
            joined[lower as usize] = true;
        }
        self.alone = (0..index(self.boxes)).filter(|&node| !joined[node as usize]).collect();
        let mut seen = vec![false; self.room.len()];
        let firsts = (0..self.room.len()).filter(|&vertex| self.above[vertex].is_empty());
        let mut path = Vec::new();
        for first in firsts.filter(|&vertex| joined.get(vertex).is_none_or(|joined| *joined)) {
            path.push(index(first));
            while let Some(vertex) = path.pop() {
                if std::mem::replace(&mut seen[vertex as usize], true) {
                    continue;
                }
                let rank = ranks[vertex as usize] as usize;
                if self.ranks.len() <= rank {
                    self.ranks.resize(rank + 1, Vec::new());
                }
                self.ranks[rank].push(vertex);
                path.extend(self.below[vertex as usize].iter().rev());
            }
        }
        self.ranks.retain(|rank| !rank.is_empty());
    }
}

/// Edges by the ranks they cross, so that the longest go without when there is not room for all.
fn short_first(edges: &[Edge], ranks: &[u32]) -> Vec<usize> {
    let length = |&edge: &usize| {
        edges[edge].ends().map_or(0, |(upper, lower)| ranks[lower as usize] - ranks[upper as usize])
    };
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by_key(length);
    order
}

fn even(width: i32) -> i32 {
    width + width.rem_euclid(2)
}

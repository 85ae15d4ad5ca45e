//! A layered layout of a directed graph: where boxes stand and edges run, top to bottom.
//!
//! Cycles are broken, nodes put on ranks, ranks ordered so that few edges cross, and boxes moved under what they follow.
//! The same shape gives the same layout; any shape gives one, in a time that is bounded by its size.
//!
//! ```
//! use trace_viewer::layout::{Shape, layout};
//!
//! let shape = Shape { sizes: vec![(80, 40), (80, 40)], edges: vec![(0, 1), (1, 0)] };
//! let drawing = layout(&shape);
//! assert!(drawing.boxes[0].y < drawing.boxes[1].y);
//! assert!(drawing.routes[1].back);
//! ```

mod acyclic;
mod layers;
mod order;
mod place;
mod rank;
mod route;

/// Least distance between boxes of one rank.
const GAP_X: i32 = 28;
/// Distance between ranks.
const GAP_Y: i32 = 44;
/// Room that an edge takes where it passes a rank.
const LANE: i32 = 12;
/// Room beside a box for an edge from the box to itself.
const LOOP: i32 = 24;
/// Places where edges pass ranks, over all edges; the longest edges run straight when there would be more.
const PASSES: usize = 20_000;
/// The greatest width or height of a box.
const SIDE: i32 = 2_000;

/// What is to be laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// Width and height of each box, from 1 to 2,000; what is outside of that is brought inside.
    pub sizes: Vec<(i32, i32)>,
    /// Edges between boxes, by index; those to boxes that do not exist have an empty route.
    pub edges: Vec<(u32, u32)>,
}

/// A finished layout. All coordinates are from the top left corner, and not negative.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// One per box.
    pub boxes: Vec<Rect>,
    /// One per edge.
    pub routes: Vec<Route>,
    /// The width of it all.
    pub width: i32,
    /// The height of it all.
    pub height: i32,
}

/// A box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct Rect {
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
}

/// Where an edge runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    /// From the border of its first box to the border of its second one.
    pub points: Vec<(i32, i32)>,
    /// Whether it runs against the order, as the edge that closes a loop does.
    pub back: bool,
}

/// Lays a shape out.
pub fn layout(shape: &Shape) -> Layout {
    let side = |length: i32| length.clamp(1, SIDE);
    let sizes = shape.sizes.iter().map(|&(w, h)| (side(w), side(h))).collect();
    let shape = &Shape { sizes, edges: shape.edges.clone() };
    let edges = acyclic::acyclic(shape);
    let ranks = rank::ranks(shape.sizes.len(), &edges);
    let mut layers = layers::Layers::new(shape, &edges, ranks);
    order::order(&mut layers);
    let places = place::place(&layers);
    route::draw(shape, &edges, &layers, &places)
}

/// An index as the tables keep it.
fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

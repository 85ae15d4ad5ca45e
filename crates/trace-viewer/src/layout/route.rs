//! From places to coordinates: boxes, and the points that edges run through.

use super::acyclic::Edge;
use super::layers::Layers;
use super::{GAP_Y, LOOP, Layout, Rect, Route, Shape};

/// Distance between edges that leave one side of a box.
const PORT: i32 = 14;
/// Width that boxes without edges fill before they start another line.
const LINE: i32 = 900;

/// Draws everything.
pub(super) fn draw(shape: &Shape, edges: &[Edge], layers: &Layers, middles: &[i32]) -> Layout {
    let left = |vertex: u32| {
        let width = shape.sizes.get(vertex as usize).map_or(0, |&(width, _)| width);
        middles[vertex as usize] - width / 2
    };
    let shift = layers.ranks.iter().flatten().map(|&vertex| left(vertex)).min().unwrap_or(0);
    let middles: Vec<i32> = middles.iter().map(|middle| middle - shift).collect();
    let bands = bands(shape, layers);
    let mut boxes = vec![Rect::default(); shape.sizes.len()];
    for (rank, band) in layers.ranks.iter().zip(&bands) {
        for &vertex in rank.iter().filter(|&&vertex| (vertex as usize) < layers.boxes) {
            let (w, h) = shape.sizes[vertex as usize];
            let y = i32::midpoint(band.0, band.1 - h);
            boxes[vertex as usize] = Rect { x: middles[vertex as usize] - w / 2, y, w, h };
        }
    }
    let bottom = bands.last().map_or(0, |band| band.1 + GAP_Y);
    stand_alone(shape, layers, bottom, &mut boxes);
    let routes = Router { edges, layers, middles: &middles, bands: &bands, boxes: &boxes }.routes();
    let right = boxes
        .iter()
        .map(|rect| rect.x + rect.w)
        .chain(routes.iter().flat_map(|route| route.points.iter().map(|point| point.0)));
    let width = right.max().unwrap_or(0);
    let height = boxes.iter().map(|rect| rect.y + rect.h).max().unwrap_or(0);
    Layout { boxes, routes, width, height }
}

/// Top and bottom of each rank.
fn bands(shape: &Shape, layers: &Layers) -> Vec<(i32, i32)> {
    let mut y = 0;
    let height = |&vertex: &u32| shape.sizes.get(vertex as usize).map_or(0, |&(_, height)| height);
    let band = |rank: &Vec<u32>| {
        let top = y;
        let bottom = top + rank.iter().map(height).max().unwrap_or(0);
        y = bottom + GAP_Y;
        (top, bottom)
    };
    layers.ranks.iter().map(band).collect()
}

/// Lines of boxes that no edge joins to others, below the rest.
fn stand_alone(shape: &Shape, layers: &Layers, top: i32, boxes: &mut [Rect]) {
    let (mut x, mut y, mut bottom) = (0, top, top);
    for &node in &layers.alone {
        let (w, h) = shape.sizes[node as usize];
        if x > 0 && x + w > LINE {
            x = 0;
            y = bottom + GAP_Y / 2;
        }
        boxes[node as usize] = Rect { x, y, w, h };
        bottom = bottom.max(y + h);
        x += layers.room[node as usize];
    }
}

struct Router<'a> {
    edges: &'a [Edge],
    layers: &'a Layers,
    middles: &'a [i32],
    bands: &'a [(i32, i32)],
    boxes: &'a [Rect],
}

impl Router<'_> {
    fn routes(&self) -> Vec<Route> {
        let tops = self.ports(|chain| (chain[chain.len() - 1], chain[chain.len() - 2]));
        let bottoms = self.ports(|chain| (chain[0], chain[1]));
        let route = |(number, &edge): (usize, &Edge)| match edge {
            Edge::Down(upper, lower) => Route {
                points: self.points(number, upper, lower, bottoms[number], tops[number]),
                back: false,
            },
            Edge::Up(upper, lower) => {
                let mut points = self.points(number, upper, lower, bottoms[number], tops[number]);
                points.reverse();
                Route { points, back: true }
            }
            Edge::Loop(node) => Route { points: around(self.boxes[node as usize]), back: true },
            Edge::Nowhere => Route::default(),
        };
        self.edges.iter().enumerate().map(route).collect()
    }

    /// How far from the middle of its box each edge ends, so that edges of one side lie beside each other.
    fn ports(&self, ends: impl Fn(&[u32]) -> (u32, u32)) -> Vec<i32> {
        let mut of_box = vec![Vec::new(); self.layers.boxes];
        for (number, chain) in self.layers.chains.iter().enumerate().filter(|(_, chain)| chain.len() > 1) {
            let (node, next) = ends(chain);
            of_box[node as usize].push((self.middles[next as usize], number));
        }
        let mut ports = vec![0; self.edges.len()];
        for (node, mut list) in of_box.into_iter().enumerate() {
            list.sort_unstable();
            let gaps = i32::try_from(list.len()).unwrap_or(i32::MAX).saturating_sub(1);
            let room = (self.boxes[node].w - 2 * PORT).max(0).min(PORT.saturating_mul(gaps));
            for (place, (_, number)) in (0..).zip(list) {
                let along = i64::from(room) * i64::from(2 * place - gaps) / i64::from(2 * gaps.max(1));
                ports[number] = i32::try_from(along).unwrap_or(0);
            }
        }
        ports
    }

    fn points(&self, number: usize, upper: u32, lower: u32, bottom: i32, top: i32) -> Vec<(i32, i32)> {
        let (from, to) = (self.boxes[upper as usize], self.boxes[lower as usize]);
        let mut points = vec![(from.x + from.w / 2 + bottom, from.y + from.h)];
        let chain = &self.layers.chains[number];
        let passes = chain.get(1..chain.len().saturating_sub(1)).unwrap_or(&[]);
        let first = self.rank_below(from.y + from.h);
        for (&vertex, band) in passes.iter().zip(self.bands.iter().skip(first)) {
            let x = self.middles[vertex as usize];
            points.extend([(x, band.0), (x, band.1)]);
        }
        points.push((to.x + to.w / 2 + top, to.y));
        points
    }

    /// The first rank whose top is below `y`.
    fn rank_below(&self, y: i32) -> usize {
        self.bands.partition_point(|band| band.0 <= y)
    }
}

/// From a box's right side to the same side.
fn around(rect: Rect) -> Vec<(i32, i32)> {
    let (right, upper, lower) = (rect.x + rect.w, rect.y + rect.h / 4, rect.y + rect.h * 3 / 4);
    vec![(right, lower), (right + LOOP - 6, lower), (right + LOOP - 6, upper), (right, upper)]
}

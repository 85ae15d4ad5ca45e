//! The order within each rank, chosen so that few edges cross.

use super::index;
use super::layers::Layers;

/// Rounds of moving vertices towards their neighbours.
const ROUNDS: usize = 12;
/// Rounds without gain after which no more are tried.
const PATIENCE: usize = 4;

/// Orders the ranks. The order they have stays where no other has fewer crossings.
pub(super) fn order(layers: &mut Layers) {
    let mut position = vec![0; layers.room.len()];
    let mut best = (crossings(layers, &mut position), layers.ranks.clone());
    let mut idle = 0;
    for round in 0..ROUNDS {
        if best.0 == 0 || idle == PATIENCE {
            break;
        }
        sweep(layers, &mut position, round % 2 == 0);
        let crossed = crossings(layers, &mut position);
        idle += 1;
        if crossed < best.0 {
            best = (crossed, layers.ranks.clone());
            idle = 0;
        }
    }
    layers.ranks = best.1;
}

/// Sorts each rank by the mean place of its neighbours on the rank before.
fn sweep(layers: &mut Layers, position: &mut [u32], down: bool) {
    let count = layers.ranks.len();
    for step in 1..count {
        let rank = if down { step } else { count - 1 - step };
        let neighbours = if down { &layers.above } else { &layers.below };
        let mut keyed: Vec<(f64, u32)> = layers.ranks[rank]
            .iter()
            .map(|&vertex| (mean(&neighbours[vertex as usize], position, position[vertex as usize]), vertex))
            .collect();
        keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
        for (place, &(_, vertex)) in keyed.iter().enumerate() {
            position[vertex as usize] = index(place);
        }
        layers.ranks[rank] = keyed.into_iter().map(|(_, vertex)| vertex).collect();
    }
}

fn mean(neighbours: &[u32], position: &[u32], own: u32) -> f64 {
    if neighbours.is_empty() {
        return f64::from(own);
    }
    let sum: f64 = neighbours.iter().map(|&neighbour| f64::from(position[neighbour as usize])).sum();
    sum / f64::from(index(neighbours.len()))
}

/// How many pairs of edges cross, all ranks together. Notes every vertex's position on the way.
fn crossings(layers: &Layers, position: &mut [u32]) -> u64 {
    for rank in &layers.ranks {
        for (place, &vertex) in rank.iter().enumerate() {
            position[vertex as usize] = index(place);
        }
    }
    let mut total = 0;
    let mut ends = Vec::new();
    for (upper, lower) in layers.ranks.iter().zip(layers.ranks.iter().skip(1)) {
        ends.clear();
        for &vertex in upper {
            let first = ends.len();
            ends.extend(layers.below[vertex as usize].iter().map(|&below| position[below as usize]));
            ends[first..].sort_unstable();
        }
        total += inversions(&ends, lower.len());
    }
    total
}

/// Pairs of which the first is the greater. All values are below `bound`.
fn inversions(values: &[u32], bound: usize) -> u64 {
    let mut tree = vec![0_u32; bound + 1];
    let mut total = 0;
    for (seen, &value) in values.iter().enumerate() {
        let mut at = value as usize + 1;
        let mut not_greater = 0;
        while at > 0 {
            not_greater += tree[at];
            at &= at - 1;
        }
        total += seen as u64 - u64::from(not_greater);
        at = value as usize + 1;
        while at <= bound {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    total
}

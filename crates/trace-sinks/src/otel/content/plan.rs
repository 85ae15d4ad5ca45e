//! What of a JSON text is left out when cutting its texts is not enough.

use super::marker::{MEMBER_BYTES, Marker, STUB_BYTES};
use super::tree::{Kind, Node, children};

/// Something to replace.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A text takes at most these bytes, quotes included.
    Cap(usize),
    /// The value gives way to a note.
    Stub,
    /// This value and those after it up to `last`, `count` in all, give way to one note.
    Run { last: usize, count: usize, marker: Marker },
}

/// What to replace so that the whole takes at most `limit` bytes, when the texts that are not named are cut to the floor
/// as well. By node, in no order.
///
/// Budgets go from the outside in, and each value is looked at once: time is linear but for sorting, and depth costs no stack.
pub(super) fn plan(json: &str, nodes: &[Node], limit: usize) -> Vec<(usize, Step)> {
    let mut planner = Planner { json, nodes, work: vec![(0, limit)], steps: Vec::new() };
    while let Some((node, budget)) = planner.work.pop() {
        planner.reduce(node, budget);
    }
    planner.steps
}

/// The most bytes that each may take so that all together take at most `room`.
pub(super) fn share(mut sizes: Vec<usize>, room: usize) -> usize {
    sizes.sort_unstable();
    let (mut left, mut room) = (sizes.len(), room);
    for size in sizes {
        if size > room / left {
            return room / left;
        }
        room -= size;
        left -= 1;
    }
    usize::MAX
}

struct Planner<'a> {
    json: &'a str,
    nodes: &'a [Node],
    /// Values and what they may take; never less than a stub or themselves, but for the outermost.
    work: Vec<(usize, usize)>,
    steps: Vec<(usize, Step)>,
}

impl Planner<'_> {
    fn reduce(&mut self, node: usize, budget: usize) {
        let fits = match self.nodes[node].kind {
            _ if self.nodes[node].least <= budget => true,
            _ if budget < STUB_BYTES => false,
            Kind::Scalar => false,
            Kind::Text => self.step(node, Step::Cap(budget)),
            Kind::Array => self.reduce_array(node, budget - 2),
            Kind::Object => self.reduce_object(node, budget - 2),
        };
        if !fits {
            self.step(node, Step::Stub);
        }
    }

    fn step(&mut self, node: usize, step: Step) -> bool {
        self.steps.push((node, step));
        true
    }

    /// Keeps items from both ends, those at the end first; `false` when nothing can be kept.
    fn reduce_array(&mut self, node: usize, room: usize) -> bool {
        let items: Vec<usize> = children(self.nodes, node).collect();
        let marker = Marker::of_array(self.json, self.nodes, node);
        let gap = marker.bytes() + 1;
        let most = (room.saturating_sub(gap) / 2).saturating_sub(1);
        if items.len() > 1 && most < STUB_BYTES || room < STUB_BYTES {
            return false;
        }
        let costs: Vec<usize> = items.iter().map(|&item| self.nodes[item].least.min(most) + 1).collect();
        let (head, tail) = both_ends(&costs, room, gap);
        let last = items.len() - tail;
        if head < last {
            self.step(items[head], Step::Run { last: items[last - 1], count: last - head, marker });
        }
        let kept: Vec<usize> = items[..head].iter().chain(&items[last..]).copied().collect();
        let gap = if head < last { gap } else { 0 };
        let values = (room + 1).saturating_sub(gap + kept.len());
        self.share_out(&kept, values);
        true
    }

    /// Keeps the first members when there are too many; `false` when nothing can be kept.
    fn reduce_object(&mut self, node: usize, room: usize) -> bool {
        let members: Vec<usize> = children(self.nodes, node).collect();
        let costs: Vec<usize> = members.iter().map(|&member| self.least_member(member)).collect();
        let mut kept = members.len();
        let mut gap = 0;
        if costs.iter().sum::<usize>() > room + 1 {
            gap = MEMBER_BYTES + 1;
            let Some(room) = (room + 1).checked_sub(gap) else { return false };
            kept = fitting(costs.iter(), room);
            let step = Step::Run {
                last: members[members.len() - 1],
                count: members.len() - kept,
                marker: Marker::Member,
            };
            self.step(members[kept], step);
        }
        let keys: usize = members[..kept].iter().map(|&member| self.key_bytes(member) + 1).sum();
        self.share_out(&members[..kept], (room + 1).saturating_sub(gap + keys));
        true
    }

    fn share_out(&mut self, values: &[usize], room: usize) {
        let most = share(values.iter().map(|&value| self.nodes[value].least).collect(), room);
        let nodes = self.nodes;
        self.work
            .extend(values.iter().filter(|&&value| nodes[value].least > most).map(|&value| (value, most)));
    }

    fn key_bytes(&self, member: usize) -> usize {
        self.nodes[member].start - self.nodes[member].at
    }

    /// The least that a member can take, with its comma.
    fn least_member(&self, member: usize) -> usize {
        self.key_bytes(member) + self.nodes[member].least.min(STUB_BYTES) + 1
    }
}

/// How many items to keep at the start and at the end. `note` bytes are for what tells of the others.
fn both_ends(costs: &[usize], room: usize, note: usize) -> (usize, usize) {
    let all = costs.len();
    if costs.iter().sum::<usize>() <= room + 1 {
        return (all, 0);
    }
    let room = (room + 1).saturating_sub(note);
    let first = costs.first().map_or(0, |&first| first);
    let tail = fitting(costs[1..].iter().rev(), room.saturating_sub(first));
    let used: usize = costs[all - tail..].iter().sum();
    let head = fitting(costs[..all - tail].iter(), room.saturating_sub(used));
    (head, tail)
}

fn fitting<'c>(costs: impl Iterator<Item = &'c usize>, room: usize) -> usize {
    let spent = costs.scan(0, |spent, cost| {
        *spent += cost;
        Some(*spent)
    });
    spent.take_while(|&spent| spent <= room).count()
}

//! Layouts of all sorts of shapes: no boxes over each other, edges that begin and end at their boxes, always an end.

use std::time::{Duration, Instant};

use trace_viewer::layout::{Layout, Rect, Shape, layout};

use crate::support::Dice;

/// A shape like those of programs: mostly a chain, with arms, loops and jumps.
fn program(dice: &mut Dice, nodes: u32) -> Shape {
    let mut shape = Shape::default();
    for node in 0..nodes {
        shape.sizes.push((96 + 2 * i32::try_from(dice.roll(80)).unwrap(), 44));
        let near = |dice: &mut Dice| node.saturating_sub(u32::try_from(dice.roll(5)).unwrap());
        if node > 0 {
            let from = near(dice).min(node - 1);
            shape.edges.push((from, node));
        }
        if dice.roll(3) == 0 {
            let edge = (near(dice), node);
            shape.edges.push(if dice.roll(2) == 0 { edge } else { (edge.1, edge.0) });
        }
    }
    shape
}

/// Any edges at all, some to boxes that do not exist.
fn tangle(dice: &mut Dice, nodes: usize, edges: usize) -> Shape {
    let mut end = || u32::try_from(dice.roll(nodes + 1)).unwrap();
    let edges = (0..edges).map(|_| (end(), end())).collect();
    Shape { sizes: vec![(120, 44); nodes], edges }
}

fn overlap(one: Rect, other: Rect) -> bool {
    one.x < other.x + other.w
        && other.x < one.x + one.w
        && one.y < other.y + other.h
        && other.y < one.y + one.h
}

fn on_border(rect: Rect, (x, y): (i32, i32)) -> bool {
    let inside = (rect.x..=rect.x + rect.w).contains(&x) && (rect.y..=rect.y + rect.h).contains(&y);
    inside && (x == rect.x || x == rect.x + rect.w || y == rect.y || y == rect.y + rect.h)
}

fn check(shape: &Shape) -> Layout {
    let drawing = layout(shape);
    assert_eq!(drawing, layout(shape), "the same shape, the same layout");
    assert_eq!((drawing.boxes.len(), drawing.routes.len()), (shape.sizes.len(), shape.edges.len()));
    for (number, rect) in drawing.boxes.iter().enumerate() {
        assert_eq!((rect.w, rect.h), shape.sizes[number]);
        assert!(
            rect.x >= 0
                && rect.y >= 0
                && rect.x + rect.w <= drawing.width
                && rect.y + rect.h <= drawing.height
        );
        for other in &drawing.boxes[..number] {
            assert!(!overlap(*rect, *other), "{rect:?} {other:?}");
        }
    }
    for (route, &(from, to)) in drawing.routes.iter().zip(&shape.edges) {
        let ends = (drawing.boxes.get(from as usize), drawing.boxes.get(to as usize));
        let (Some(from), Some(to)) = ends else {
            assert!(route.points.is_empty());
            continue;
        };
        assert!(on_border(*from, route.points[0]), "{from:?} {route:?}");
        assert!(on_border(*to, *route.points.last().unwrap()), "{to:?} {route:?}");
        assert!(
            route.points.iter().all(|&(x, y)| x >= 0 && y >= 0 && x <= drawing.width && y <= drawing.height)
        );
    }
    drawing
}

/// Whether an edge touches the inside of a box that is not at its ends. Edges run in straight pieces.
fn crosses(points: &[(i32, i32)], rect: Rect) -> bool {
    let inside = |x: i32, y: i32| x > rect.x && x < rect.x + rect.w && y > rect.y && y < rect.y + rect.h;
    points.windows(2).any(|piece| {
        let [(x, y), (x2, y2)] = [piece[0], piece[1]];
        (0..=50).any(|step| inside(x + (x2 - x) * step / 50, y + (y2 - y) * step / 50))
    })
}

#[test]
fn any_shape_gets_a_layout() {
    let mut dice = Dice(7);
    for round in 0..400 {
        let nodes = 1 + dice.roll(40);
        let edges = dice.roll(90);
        check(&tangle(&mut dice, nodes, edges));
        check(&program(&mut dice, 1 + round % 60));
    }
    check(&Shape::default());
}

#[test]
fn no_edge_runs_over_a_box() {
    let mut dice = Dice(3);
    for _ in 0..60 {
        let shape = program(&mut dice, 40);
        let drawing = check(&shape);
        for (route, &(from, to)) in drawing.routes.iter().zip(&shape.edges) {
            for (number, rect) in (0..).zip(&drawing.boxes) {
                let is_end = number == from || number == to;
                assert!(is_end || !crosses(&route.points, *rect), "{from} to {to} runs over {number}");
            }
        }
    }
}

#[test]
fn edges_point_down_but_for_those_that_close_a_loop() {
    let shape =
        Shape { sizes: vec![(100, 44); 4], edges: vec![(0, 1), (1, 2), (2, 1), (2, 3), (3, 3), (0, 3)] };
    let drawing = check(&shape);
    let back: Vec<bool> = drawing.routes.iter().map(|route| route.back).collect();
    assert_eq!(back, [false, false, true, false, true, false]);
    for (route, &(from, to)) in drawing.routes.iter().zip(&shape.edges).filter(|(_, edge)| edge.0 != edge.1) {
        let (from, to) = (drawing.boxes[from as usize], drawing.boxes[to as usize]);
        assert_eq!(from.y < to.y, !route.back);
    }
}

#[test]
fn the_arms_of_a_branch_stand_in_the_order_of_the_code_and_a_chain_stands_straight() {
    let shape = Shape { sizes: vec![(100, 44); 5], edges: vec![(0, 1), (1, 2), (1, 3), (2, 4), (3, 4)] };
    let boxes = check(&shape).boxes;
    assert!(boxes[2].x < boxes[3].x && boxes[2].y == boxes[3].y);
    assert_eq!((boxes[0].x, boxes[1].x), (boxes[1].x, boxes[4].x));
}

#[test]
fn boxes_without_edges_fill_lines() {
    let drawing = check(&Shape { sizes: vec![(100, 44); 100], edges: Vec::new() });
    assert!(drawing.width < 1_000 && drawing.height < 1_500, "{} by {}", drawing.width, drawing.height);
}

#[test]
fn hostile_shapes_end_soon() {
    let chain = (0..2_999).map(|node| (node, node + 1));
    let shapes = [
        // Every box to the last one: millions of ranks to pass.
        chain.clone().chain((0..2_998).map(|node| (node, 2_999))).collect::<Vec<_>>(),
        chain.clone().chain((0..3_000).map(|node| (node, 0))).collect(),
        chain.map(|(from, to)| (to, from)).collect(),
        (0..9_000).map(|edge| (edge % 90, 1_500 + edge % 97)).collect(),
        vec![(0, 1); 9_000],
        vec![(5, 5); 9_000],
    ];
    for edges in shapes {
        let begun = Instant::now();
        layout(&Shape { sizes: vec![(120, 44); 3_000], edges });
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
    let odd = layout(&Shape { sizes: vec![(i32::MAX, i32::MIN), (-5, 0)], edges: vec![(0, 1)] });
    assert_eq!((odd.boxes[0].w, odd.boxes[0].h, odd.boxes[1].w), (2_000, 1, 1));
}

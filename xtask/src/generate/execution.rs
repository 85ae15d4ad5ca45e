//! Execution graphs: a map, nodes that run once or in a loop, a branch, and child processes.

use trace_core::TraceContext;
use trace_core::event::{
    BranchSelected, ChildStarted, EffectSubject, ExecutionFinished, ExecutionStarted, ExecutionStep,
    LashlangExecution, NodeCompleted, NodeFailed, NodeStarted, ProcessSubject, TraceLashlangBranch,
    TraceLashlangChildExecution, TraceLashlangExecutionEvent, TraceLashlangExecutionIdentity,
    TraceLashlangMap, TraceLashlangMapEdge, TraceLashlangMapNode, TraceLashlangStatus, TraceRuntimeScope,
};
use trace_core::sha256_hex;

use super::script::{Script, hex};
use super::session::Session;
use super::text;

/// How deep processes nest.
const MAX_DEPTH: usize = 2;

/// Runs the graph of a code block.
pub(crate) fn play(session: &Session, script: &mut Script, step: &TraceContext) {
    let effect_id = format!("exec-{}-{}", session.turns, step.protocol_iteration.unwrap_or(0));
    let mut scope = TraceRuntimeScope::new(&session.id);
    scope.turn_id.clone_from(&step.turn_id);
    (scope.turn_index, scope.protocol_iteration) = (step.turn_index, step.protocol_iteration);
    let mut context = step.clone();
    context.effect_id = Some(effect_id.clone());
    let module = format!("module:{}", hex(&mut script.rng, 24));
    let subject = EffectSubject::new(effect_id, "exec_code");
    let identity = TraceLashlangExecutionIdentity::new(scope, subject.into(), module, "main", "main");
    Graph { identity, context }.run(script, 0);
}

struct Graph {
    identity: TraceLashlangExecutionIdentity,
    context: TraceContext,
}

impl Graph {
    fn run(&self, script: &mut Script, depth: usize) {
        let map = self.map(script);
        self.emit(script, ExecutionStarted::new(map.clone()));
        let fails = script.chance(8).then(|| script.between(1, map.nodes.len() - 1));
        for (index, node) in map.nodes.iter().enumerate() {
            match node.kind.as_str() {
                "branch" => self.branch(script, node, &map.edges),
                "branch_arm" => {}
                _ => {
                    self.node(script, node, fails == Some(index));
                    if depth < MAX_DEPTH && node.kind == "operation" && script.chance(10) {
                        self.child(script, node, depth);
                    }
                }
            }
            if fails == Some(index) {
                break;
            }
        }
        self.finish(script, fails.is_some());
    }

    /// A few graphs never end, some are cancelled.
    fn finish(&self, script: &mut Script, failed: bool) {
        let end = match script.between(0, 99) {
            0..=3 => return,
            4..=6 => ExecutionFinished::new(TraceLashlangStatus::Cancelled, None),
            _ if failed => {
                let why = format!("{}: unexpected end of input", self.identity.entry_name);
                ExecutionFinished::new(TraceLashlangStatus::Failed, Some(why))
            }
            _ => ExecutionFinished::new(TraceLashlangStatus::Completed, None),
        };
        self.emit(script, end);
    }

    fn emit(&self, script: &mut Script, step: impl Into<ExecutionStep>) {
        let event = TraceLashlangExecutionEvent::new(self.identity.clone(), step);
        script.emit(self.context.clone(), LashlangExecution::new(event));
        script.wait(0, 9);
    }

    fn map(&self, script: &mut Script) -> TraceLashlangMap {
        let mut nodes = vec![self.map_node(script, "entry", 0)];
        for index in 0..script.between(1, 5) {
            nodes.push(self.map_node(script, "operation", index + 1));
        }
        let mut edges: Vec<_> =
            nodes.windows(2).map(|pair| edge(&pair[0].id, &pair[1].id, "sequence")).collect();
        if script.chance(60) {
            let from = nodes.last().map(|node| node.id.clone()).unwrap_or_default();
            let branch = self.map_node(script, "branch", 10);
            let arms = ["then", "else"].map(|label| {
                TraceLashlangMapNode::new(self.node_id("branch_arm", label), "branch_arm", label)
            });
            edges.push(edge(&from, &branch.id, "sequence"));
            edges.extend(arms.iter().map(|arm| edge(&branch.id, &arm.id, &arm.label)));
            nodes.push(branch);
            nodes.extend(arms);
        }
        let identity = &self.identity;
        TraceLashlangMap::new(
            &*identity.module_ref,
            &*identity.entry_kind,
            &*identity.entry_name,
            nodes,
            edges,
        )
    }

    fn map_node(&self, script: &mut Script, kind: &str, index: usize) -> TraceLashlangMapNode {
        let label = text::function(script);
        TraceLashlangMapNode::new(self.node_id(kind, &index.to_string()), kind, &*label)
            .with_title(format!("Step {index}: {label}"))
    }

    fn node_id(&self, kind: &str, place: &str) -> String {
        let text = format!("{}\0{}\0{place}\0{kind}\0", self.identity.module_ref, self.identity.entry_name);
        format!("{kind}:{}", &sha256_hex(text)[..24])
    }

    /// Runs a node once, or several times in a loop.
    fn node(&self, script: &mut Script, node: &TraceLashlangMapNode, fails: bool) {
        let passes = if node.kind == "operation" && script.chance(15) { script.between(2, 6) } else { 1 };
        for pass in 1..=passes as u64 {
            self.emit(script, NodeStarted::new(node, pass));
            script.wait(0, 120);
            if fails && pass == passes as u64 {
                self.emit(script, NodeFailed::new(node, pass, "unexpected end of input"));
            } else {
                self.emit(script, NodeCompleted::new(node, pass));
            }
        }
    }

    fn branch(&self, script: &mut Script, node: &TraceLashlangMapNode, edges: &[TraceLashlangMapEdge]) {
        let taken = script.pick(&[TraceLashlangBranch::Then, TraceLashlangBranch::Else]);
        let edge = edges.iter().find(|edge| edge.from == node.id && edge.label == taken.label());
        if let Some(edge) = edge {
            self.emit(script, BranchSelected::new(&*node.id, 1, &*edge.id, taken));
        }
    }

    fn child(&self, script: &mut Script, node: &TraceLashlangMapNode, depth: usize) {
        let scope = TraceRuntimeScope::new(&*self.identity.scope.session_id);
        let subject = ProcessSubject::new(format!("proc-{}", hex(&mut script.rng, 12)));
        let name = text::function(script);
        let module = format!("module:{}", hex(&mut script.rng, 24));
        let mut child = TraceLashlangChildExecution::new(scope.clone(), subject.clone().into());
        (child.module_ref, child.entry_name) = (Some(module.clone()), Some(name.clone()));
        self.emit(script, ChildStarted::new(&*node.id, 1, child));
        let context = TraceContext::for_session(&*scope.session_id);
        let mut identity =
            TraceLashlangExecutionIdentity::new(scope, subject.into(), module, "process", &*name);
        identity.entry_ref = Some(format!("process:{name}"));
        Self { identity, context }.run(script, depth + 1);
    }
}

fn edge(from: &str, to: &str, label: &str) -> TraceLashlangMapEdge {
    let id = &sha256_hex(format!("{from}\0{to}\0{label}"))[..24];
    TraceLashlangMapEdge::new(format!("edge:{id}"), from, to, label)
}

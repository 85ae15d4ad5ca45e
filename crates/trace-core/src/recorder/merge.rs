//! One context over another.

use crate::TraceContext;

/// Clones a context over another one, string by string.
pub(super) fn overwrite(target: &mut TraceContext, source: &TraceContext) {
    let TraceContext {
        run_id,
        experiment_id,
        candidate_id,
        candidate_parent_id,
        example_id,
        split,
        session_id,
        turn_id,
        graph_node_id,
        parent_graph_node_id,
        turn_index,
        protocol_iteration,
        effect_id,
        llm_call_id,
        metadata,
        extra,
    } = source;
    target.run_id.clone_from(run_id);
    target.experiment_id.clone_from(experiment_id);
    target.candidate_id.clone_from(candidate_id);
    target.candidate_parent_id.clone_from(candidate_parent_id);
    target.example_id.clone_from(example_id);
    target.split.clone_from(split);
    target.session_id.clone_from(session_id);
    target.turn_id.clone_from(turn_id);
    target.graph_node_id.clone_from(graph_node_id);
    target.parent_graph_node_id.clone_from(parent_graph_node_id);
    target.turn_index = *turn_index;
    target.protocol_iteration = *protocol_iteration;
    target.effect_id.clone_from(effect_id);
    target.llm_call_id.clone_from(llm_call_id);
    if target.metadata != *metadata {
        target.metadata.clone_from(metadata);
    }
    if target.extra != *extra {
        target.extra.clone_from(extra);
    }
}

/// Lays a context over a base: what it sets wins, metadata is merged.
pub(super) fn overlay(base: &TraceContext, over: &TraceContext) -> TraceContext {
    let mut metadata = base.metadata.clone();
    metadata.extend(over.metadata.iter().map(|(key, value)| (key.clone(), value.clone())));
    let mut extra = base.extra.clone();
    for (name, value) in over.extra.iter() {
        extra.insert(name, value.clone());
    }
    let pick = |over: &Option<String>, base: &Option<String>| over.as_ref().or(base.as_ref()).cloned();
    TraceContext {
        run_id: pick(&over.run_id, &base.run_id),
        experiment_id: pick(&over.experiment_id, &base.experiment_id),
        candidate_id: pick(&over.candidate_id, &base.candidate_id),
        candidate_parent_id: pick(&over.candidate_parent_id, &base.candidate_parent_id),
        example_id: pick(&over.example_id, &base.example_id),
        split: pick(&over.split, &base.split),
        session_id: pick(&over.session_id, &base.session_id),
        turn_id: pick(&over.turn_id, &base.turn_id),
        graph_node_id: pick(&over.graph_node_id, &base.graph_node_id),
        parent_graph_node_id: pick(&over.parent_graph_node_id, &base.parent_graph_node_id),
        turn_index: over.turn_index.or(base.turn_index),
        protocol_iteration: over.protocol_iteration.or(base.protocol_iteration),
        effect_id: pick(&over.effect_id, &base.effect_id),
        llm_call_id: pick(&over.llm_call_id, &base.llm_call_id),
        metadata,
        extra,
    }
}

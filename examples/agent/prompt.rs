//! The prompt and its parts.

use facade::tracing::event::{TextBlock, TraceLlmMessage, TraceToolSpec};
use facade::tracing::recorder::Prompt;

/// The parts of a prompt. Each is fingerprinted, so that a trace says which one changed.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    /// Who the agent is and how it works.
    pub(crate) system: &'static str,
    /// The tools, rendered.
    pub(crate) tools: String,
    /// What is in the workspace.
    pub(crate) project: String,
    /// What the agent learnt in earlier turns.
    pub(crate) memory: Vec<String>,
}

impl Parts {
    pub(crate) fn new(system: &'static str, tools: &[TraceToolSpec], project: &[String]) -> Self {
        let tools: Vec<String> =
            tools.iter().map(|tool| format!("{}: {}", tool.name, tool.description)).collect();
        Self { system, tools: tools.join("\n"), project: project.join("\n"), memory: Vec::new() }
    }

    /// The prompt as the model gets it, up to which the provider caches.
    pub(crate) fn message(&self) -> TraceLlmMessage {
        let mut block = TextBlock::new(self.rendered());
        block.cache_breakpoint = true;
        TraceLlmMessage::new("system", vec![block.into()])
    }

    /// The prompt as it is recorded.
    pub(crate) fn fingerprints(&self) -> Prompt {
        Prompt::new(&self.rendered())
            .component("system", "system", self.system)
            .component("tools", "tools", &self.tools)
            .component("project", "context", &self.project)
            .component("memory", "memory", &self.memory.join("\n"))
    }

    fn rendered(&self) -> String {
        let Self { system, tools, project, memory } = self;
        format!("{system}\n\n# Tools\n{tools}\n\n# Files\n{project}\n\n# Memory\n{}", memory.join("\n"))
    }
}

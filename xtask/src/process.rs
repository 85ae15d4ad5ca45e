//! Other programs: what is called, and how a failure reads.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A call of another program.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    program: String,
    args: Vec<String>,
    envs: Vec<(&'static str, String)>,
    folder: PathBuf,
}

impl Call {
    /// A call with arguments separated by blanks, made at the workspace's root.
    pub(crate) fn new(line: &str) -> Self {
        let (program, args) = line.split_once(' ').unwrap_or((line, ""));
        Self::program(program, args)
    }

    /// A call of a program by its path.
    pub(crate) fn program(path: impl AsRef<Path>, args: &str) -> Self {
        let program = path.as_ref().display().to_string();
        let args = args.split_whitespace().map(str::to_owned).collect();
        Self { program, args, envs: Vec::new(), folder: root() }
    }

    /// One more argument, taken as it is.
    pub(crate) fn arg(mut self, arg: impl AsRef<Path>) -> Self {
        self.args.push(arg.as_ref().display().to_string());
        self
    }

    /// A variable of its environment.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.envs.push((name, value.into()));
        self
    }

    /// The folder it is made in, from the workspace's root.
    pub(crate) fn within(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = root().join(folder);
        self
    }

    /// Runs it on the terminal.
    pub(crate) fn run(&self) -> Result<(), String> {
        let status = self.command().status().map_err(|cause| self.not_started(&cause))?;
        if status.success() { Ok(()) } else { Err(format!("{status}; to repeat:\n    {}", self.line())) }
    }

    /// Runs it and returns what it printed; what it says on standard error stays on the terminal.
    pub(crate) fn output(&self) -> Result<String, String> {
        let output = self.command().stderr(Stdio::inherit()).output();
        let output = output.map_err(|cause| self.not_started(&cause))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(format!("{}; to repeat:\n    {}", output.status, self.line()))
        }
    }

    /// Starts it; all that it prints goes to a file.
    pub(crate) fn start(&self, log: File) -> Result<Child, String> {
        let errors = log.try_clone().map_err(|cause| self.not_started(&cause))?;
        let started = self.command().stdout(log).stderr(errors).spawn();
        started.map_err(|cause| self.not_started(&cause))
    }

    /// Whether it can be run, and succeeds.
    pub(crate) fn works(&self) -> bool {
        let status = self.command().stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }

    /// The line that a person types to repeat it.
    pub(crate) fn line(&self) -> String {
        let folder =
            (self.folder != root()).then(|| format!("cd {} &&", quoted(&self.folder.display().to_string())));
        let envs = self.envs.iter().map(|(name, value)| format!("{name}={}", quoted(value)));
        let args = self.args.iter().map(|arg| quoted(arg));
        let words = folder.into_iter().chain(envs).chain([quoted(&self.program)]).chain(args);
        words.collect::<Vec<_>>().join(" ")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.folder).stdin(Stdio::null());
        for (name, value) in &self.envs {
            command.env(name, value);
        }
        command
    }

    fn not_started(&self, cause: &std::io::Error) -> String {
        format!("cannot run {}: {cause}", self.program)
    }
}

fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:+,@".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Where build output goes.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// A folder below the build output, made when missing.
pub(crate) fn target_folder(name: &str) -> Result<PathBuf, String> {
    let folder = target().join(name);
    std::fs::create_dir_all(&folder).map_err(|cause| format!("cannot make {}: {cause}", folder.display()))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::Call;

    #[test]
    fn a_call_reads_as_a_person_types_it() {
        let call = Call::new("cargo doc --quiet").arg("a b").env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(call.line(), "RUSTDOCFLAGS='-D warnings' cargo doc --quiet 'a b'");
    }

    #[test]
    fn a_failure_says_how_to_repeat_it() {
        let message = Call::new("cargo no-such-command-here").output().unwrap_err();
        assert!(message.ends_with("to repeat:\n    cargo no-such-command-here"), "{message}");
    }
}

//! `export`: the values of files as variables in another program's text.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::InputType;
use crate::cli::keys;
use crate::cli::screen;
use crate::cli::sealed;
use crate::cli::variables;
use crate::crypto::Random;
use crate::disk::{self, NewMode, Options, PATIENCE};
use crate::document::tree::Node;
use crate::exec::environment::Variable;
use crate::export::github::Workflow;
use crate::export::{ExportError, Form, direnv, dlt_toml, github, k8s};
use clap::ValueEnum as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Print the values of files as variables for a shell, a container or a job
#[derive(clap::Args)]
pub struct Args {
    /// The encrypted files, of which later ones win
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Who is to read it
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Format,
    /// Write it to this file, atomically, readable by you alone, instead of standard output
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    #[command(flatten)]
    variables: variables::Flags,
    /// Name of the Kubernetes Secret
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Namespace of the Kubernetes Secret
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
    #[command(flatten)]
    screen: screen::Showing,
    #[command(flatten)]
    input: InputType,
    #[command(flatten)]
    order: keys::Order,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Dotenv,
    Bash,
    Sh,
    Zsh,
    Fish,
    #[value(name = "powershell")]
    PowerShell,
    Nu,
    Direnv,
    Docker,
    #[value(name = "github")]
    GitHub,
    #[value(name = "k8s-secret")]
    K8sSecret,
    Json,
    DltToml,
}

impl Format {
    fn word(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    args.check()?;
    let text = match args.format {
        Format::Dotenv => Form::Dotenv.write(&args.collect(context)?),
        Format::Zsh => Form::Zsh.write(&args.collect(context)?),
        Format::Bash | Format::Sh => Form::Shell.write(&args.collect(context)?),
        Format::Fish => Form::Fish.write(&args.collect(context)?),
        Format::PowerShell => Form::PowerShell.write(&args.collect(context)?),
        Format::Nu => Form::Nu.write(&args.collect(context)?),
        Format::Docker => Form::Docker.write(&args.collect(context)?),
        Format::Json => Form::Json.write(&args.collect(context)?),
        Format::Direnv => direnv::write(&args.names(), &args.collect(context)?),
        Format::K8sSecret => {
            let name = args.name.as_deref().unwrap_or_default();
            k8s::write(name, args.namespace.as_deref(), &args.collect(context)?)
        }
        Format::DltToml => dlt_toml::write(args.documents(context)?),
        Format::GitHub => return args.to_job(&args.collect(context)?, context),
    };
    args.write(&text.map_err(fault)?, context)
}

impl Args {
    /// Refuses flags that the format has no use for, and asks for those that it needs (exit 8).
    fn check(&self) -> Result<(), CliError> {
        let is_secret = self.format == Format::K8sSecret;
        let named = [(self.name.is_some(), "--name"), (self.namespace.is_some(), "--namespace")];
        if let Some((_, flag)) = named.into_iter().find(|(given, _)| *given && !is_secret) {
            let message = format!("{flag} is for Kubernetes, and --format {} is not", self.format.word());
            return Err(CliError::new(exit::CONFLICTING, message)
                .hint(format!("leave {flag} out, or use --format k8s-secret")));
        }
        if is_secret && self.name.is_none() {
            return Err(CliError::new(exit::CONFLICTING, "--format k8s-secret needs a --name")
                .hint("add the name that the Secret gets in the cluster, such as --name app-secrets"));
        }
        match self.variables.any().filter(|_| self.format == Format::DltToml) {
            Some(flag) => Err(CliError::new(
                exit::CONFLICTING,
                format!("{flag} is about variables, and --format dlt-toml writes the files as a whole"),
            )
            .hint(format!("leave {flag} out; variables for dlt are what --preset dlt makes"))),
            None => Ok(()),
        }
    }

    fn collect(&self, context: &mut Context) -> Result<Vec<Variable>, CliError> {
        let mut collection = self.variables.collection()?;
        for file in &self.files {
            let (open, input) = sealed::read_to_run(file, &self.input.types(), &self.order, context)?;
            collection.add(&input.name, &open)?;
        }
        collection.finish()
    }

    fn documents(&self, context: &mut Context) -> Result<Vec<Node>, CliError> {
        let mut documents = Vec::new();
        for file in &self.files {
            let (open, _) = sealed::read_to_run(file, &self.input.types(), &self.order, context)?;
            documents.extend(open.trees().into_iter().next());
        }
        Ok(documents)
    }

    fn names(&self) -> Vec<String> {
        self.files.iter().map(|file| file.display().to_string()).collect()
    }

    fn write(&self, text: &str, context: &Context) -> Result<(), CliError> {
        match &self.output {
            Some(path) => disk::write(path, text.as_bytes(), NewMode::Private, Options::default(), PATIENCE)
                .map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error)),
            None => {
                screen::check(&self.screen, text.as_bytes(), &self.names().join(", "), context)?;
                context.print(text.as_bytes())
            }
        }
    }

    /// Masks to the log of the job, before the values go to the steps behind this one.
    fn to_job(&self, variables: &[Variable], context: &Context) -> Result<(), CliError> {
        let delimiter = delimiter()?;
        let Workflow { masks, env, unmasked } = github::write(variables, &delimiter).map_err(fault)?;
        if !unmasked.is_empty() {
            let names = unmasked.join(", ");
            context.warn(&format!("too short or too common to be masked in the log: {names}"));
        }
        if self.output.is_some() {
            context.print(masks.as_bytes())?;
            return self.write(&env, context);
        }
        let Some(path) = context.var("GITHUB_ENV").filter(|path| !path.is_empty()) else {
            return Err(CliError::new(exit::GENERIC, "GITHUB_ENV is not set, so this is no step of a job")
                .hint("elsewhere, say with --output where the variables go: /dev/stdout shows all that is written"));
        };
        context.print(masks.as_bytes())?;
        append(Path::new(&path), env.as_bytes())
    }
}

/// Adds to a file that the runner has made.
fn append(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let file = OpenOptions::new().append(true).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|error| {
        let message = format!("{} of GITHUB_ENV can't be written", path.display());
        CliError::new(exit::WRITE_OUTPUT, message).cause(error)
    })
}

/// A word that nobody can guess: 32 hex digits behind a name.
fn delimiter() -> Result<String, CliError> {
    let mut bytes = [0; 16];
    Random::system()
        .fill(&mut bytes)
        .map_err(|error| CliError::new(exit::GENERIC, "the system gives no random bytes").cause(error))?;
    Ok(bytes.iter().fold("sops_rs_".to_owned(), |word, byte| format!("{word}{byte:02x}")))
}

fn fault(error: ExportError) -> CliError {
    CliError { hint: error.hint(), ..CliError::new(exit::GENERIC, error.to_string()) }
}

using System.CommandLine;
using System.Runtime.InteropServices;
using Spectre.Console;

namespace OnnxInit.Cli;

/// <summary>Makes the verbs of a program.</summary>
internal static class Verb
{
    /// <summary>Whether errors are shown with their stack trace.</summary>
    public static readonly Option<bool> Verbose = new("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };

    /// <summary>Whether standard output is for scripts.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document to standard output, and everything else to standard error.", Recursive = true };

    /// <summary>Makes a verb.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, in one sentence.</param>
    /// <param name="example">A command line that works.</param>
    /// <param name="action">Does it.</param>
    /// <param name="saves">Whether it looks at the session's cancellation and saves its work; other verbs end at once.</param>
    public static Command Create(string name, string description, string example, Func<ParseResult, Session, int> action, bool saves = false)
    {
        Command command = new(name, $"{description}\n\nExample:\n  {example}");
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed, saves, session => action(parsed, session))));
        return command;
    }

    private static int Run(ParseResult parsed, bool saves, Func<Session, int> action)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        bool json = parsed.GetValue(Json);
        using CancellationTokenSource interrupt = new();
        using PosixSignalRegistration? onInterrupt = saves ? PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt) : null;
        using PosixSignalRegistration? onTerminate = saves ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt) : null;
        return action(new(TerminalConsole(json ? parsed.InvocationConfiguration.Error : output), json, output, interrupt.Token));

        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = !interrupt.IsCancellationRequested; // a second Ctrl-C ends the process at once
            interrupt.Cancel();
        }
    }

    private static IAnsiConsole TerminalConsole(TextWriter writer)
    {
        AnsiConsoleOutput output = new(writer);
        if (output.IsTerminal)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = output });
        }

        // A file or a pipe: no colours, and lines are not broken.
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = output, Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        console.Profile.Width = 200;
        return console;
    }
}

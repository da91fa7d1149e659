using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using OnnxInit.Cli.Commands;
using OnnxInit.Contracts;
using OnnxInit.Export;
using OnnxInit.Training;
using Spectre.Console;

namespace OnnxInit.Cli;

/// <summary>The program: its verbs, and how each of them ends.</summary>
internal static class CommandLine
{
    /// <summary>Whether errors are shown with their stack trace.</summary>
    public static readonly Option<bool> Verbose = new("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document to standard output, and everything else to standard error.", Recursive = true };

    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        ParseResult parsed = Root().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError problem in parsed.Errors)
            {
                await error.WriteLineAsync($"error: {problem.Message}");
            }

            string verb = string.Join(' ', Verbs(parsed.CommandResult));
            await error.WriteLineAsync($"See '{verb} --help'.");
            return ExitCode.BadInput;
        }

        if (parsed.Tokens.Any(token => token.Value.Length == 0))
        {
            await error.WriteLineAsync("error: An argument is empty; expected a value. Is a variable of the shell not set?");
            return ExitCode.BadInput;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>What is wrong with a command line, without running it.</summary>
    /// <param name="arguments">The arguments.</param>
    public static IReadOnlyList<string> Errors(string[] arguments) => [.. Root().Parse(arguments).Errors.Select(problem => problem.Message)];

    /// <summary>Makes a verb.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, in one sentence.</param>
    /// <param name="example">A command line that works.</param>
    /// <param name="action">Does it.</param>
    /// <param name="saves">Whether it looks at the session's cancellation and saves its work; other verbs end at once.</param>
    public static Command Verb(string name, string description, string example, Func<ParseResult, Session, int> action, bool saves = false)
    {
        Command command = new(name, $"{description}\n\nExample:\n  {example}");
        command.SetAction((parsed, _) => Task.FromResult(Guard(parsed, saves, session => action(parsed, session))));
        return command;
    }

    private static IEnumerable<string> Verbs(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? [.. Verbs(parent), result.Command.Name] : ["onnxinit"];

    private static RootCommand Root()
    {
        RootCommand root = new("Initialise and train networks with TorchSharp, export them to ONNX, and prove with ONNX Runtime that the exported model is the trained one.\n\nExample:\n  onnxinit run --data synthetic --epochs 3")
        {
            RunCommand.Create(),
            DoctorCommand.Create(),
            TrainCommand.Create(),
            ExportCommand.Create(),
            VerifyCommand.Create(),
            InspectCommand.Create(),
            DataCommand.Create(),
            StudyCommand.Create(),
            Json,
            Verbose,
        };
        if (root.Options.OfType<HelpOption>().FirstOrDefault()?.Action is HelpAction help)
        {
            help.MaxWidth = 120;
        }

        return root;
    }

    private static int Guard(ParseResult parsed, bool saves, Func<Session, int> action)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        bool json = parsed.GetValue(Json);
        using CancellationTokenSource interrupt = new();
        using PosixSignalRegistration? onInterrupt = saves ? PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt) : null;
        using PosixSignalRegistration? onTerminate = saves ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt) : null;
        try
        {
            return action(new(TerminalConsole(json ? error : output), json, output, interrupt.Token));
        }
        catch (OperationCanceledException exception)
        {
            error.WriteLine(exception.Message.StartsWith("Interrupted", StringComparison.Ordinal) ? exception.Message : "Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (exception is NonFiniteException or ExportMismatchException)
        {
            return Report(exception, ExitCode.Failed);
        }
        catch (Exception exception) when (exception is InvalidInputException or UnsupportedOperationException or CaptureRefusedException or IOException or UnauthorizedAccessException)
        {
            return Report(exception, ExitCode.BadInput);
        }
        catch (Exception exception)
        {
            error.WriteLine($"error: {exception.GetType().Name}: {exception.Message}");
            error.WriteLine("This is a defect of onnxinit. Run it again with --verbose and report what it prints.");
            return Trace(exception, ExitCode.Failed);
        }

        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = !interrupt.IsCancellationRequested; // a second Ctrl-C ends the process at once
            interrupt.Cancel();
        }

        int Report(Exception exception, int code)
        {
            error.WriteLine($"error: {exception.Message}");
            return Trace(exception, code);
        }

        int Trace(Exception exception, int code)
        {
            if (parsed.GetValue(Verbose))
            {
                error.WriteLine(exception);
            }

            return code;
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

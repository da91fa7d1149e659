using System.CommandLine;
using System.CommandLine.Help;
using OnnxInit.Contracts;

namespace OnnxInit.Cli;

/// <summary>The command line of a program: its verbs, and how it ends.</summary>
/// <param name="program">The program's name.</param>
/// <param name="description">What it is for, and an example.</param>
/// <param name="verbs">Makes its verbs.</param>
/// <param name="exitCode">The <see cref="ExitCode"/> of an exception that says something to its user; null for a defect, and for what every program knows.</param>
internal sealed class CommandLine(string program, string description, Func<IEnumerable<Command>> verbs, Func<Exception, int?> exitCode)
{
    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        ParseResult parsed = Root().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError problem in parsed.Errors)
            {
                await error.WriteLineAsync($"error: {problem.Message}");
            }

            await error.WriteLineAsync($"See '{string.Join(' ', Path(parsed.CommandResult))} --help'.");
            return ExitCode.BadInput;
        }

        if (parsed.Tokens.Any(token => token.Value.Length == 0))
        {
            await error.WriteLineAsync("error: An argument is empty; expected a value. Is a variable of the shell not set?");
            return ExitCode.BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception exception)
        {
            return Report(exception, parsed.GetValue(Verb.Verbose), error);
        }
    }

    /// <summary>What is wrong with a command line, without running it.</summary>
    /// <param name="arguments">The arguments.</param>
    public IReadOnlyList<string> Errors(string[] arguments) => [.. Root().Parse(arguments).Errors.Select(problem => problem.Message)];

    private RootCommand Root()
    {
        RootCommand root = new(description) { Verb.Json, Verb.Verbose };
        foreach (Command verb in verbs())
        {
            root.Subcommands.Add(verb);
        }

        if (root.Options.OfType<HelpOption>().FirstOrDefault()?.Action is HelpAction help)
        {
            help.MaxWidth = 120;
        }

        return root;
    }

    private IEnumerable<string> Path(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? [.. Path(parent), result.Command.Name] : [program];

    private int Report(Exception exception, bool verbose, TextWriter error)
    {
        if (exception is OperationCanceledException)
        {
            error.WriteLine(exception.Message.StartsWith("Interrupted", StringComparison.Ordinal) ? exception.Message : "Interrupted.");
            return ExitCode.Interrupted;
        }

        int? known = exception is InvalidInputException or IOException or UnauthorizedAccessException ? ExitCode.BadInput : exitCode(exception);
        error.WriteLine(known is null ? $"error: {exception.GetType().Name}: {exception.Message}" : $"error: {exception.Message}");
        if (known is null)
        {
            error.WriteLine($"This is a defect of {program}. Run it again with --verbose and report what it prints.");
        }

        if (verbose)
        {
            error.WriteLine(exception);
        }

        return known ?? ExitCode.Failed;
    }
}

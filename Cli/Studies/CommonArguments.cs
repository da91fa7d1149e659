using System.CommandLine;
using OnnxInit.Contracts;

namespace OnnxInit.Cli.Studies;

/// <summary>The options that all studies have.</summary>
/// <param name="usualFolder">Where the files go as a rule unless <c>--out</c> says otherwise, for the help.</param>
/// <param name="defaultFolder">The same for a command line.</param>
internal sealed class CommonArguments(string usualFolder, Func<ParseResult, string> defaultFolder)
{
    private const long DefaultSeed = 17;
    private const int MostThreads = 1024;
    private const string QuickSuffix = "-quick"; // what took half an hour is not replaced by what took seconds
    private const string QuickData = "synthetic:2000"; // as many as a few hundred steps can learn

    private readonly Option<string> _out = new("--out") { Description = $"The folder for figures, tables and results; with --quick {usualFolder + QuickSuffix}.", HelpName = "FOLDER", DefaultValueFactory = _ => usualFolder };
    private readonly Option<bool> _quick = new("--quick") { Description = $"Settings that take seconds: fewer networks, wider error bars, and {QuickData} unless --data says otherwise." };
    private readonly Option<string> _data = DataOption.Create();
    private readonly Option<long> _seed = new("--seed") { Description = "Everything random is a function of it.", DefaultValueFactory = _ => DefaultSeed };
    private readonly Option<int?> _threads = new("--threads") { Description = "Threads on the CPU (default: one per core; one with --quick)." };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_out, _quick, _data, _seed, _threads];

    /// <summary>What they say.</summary>
    /// <param name="parsed">The command line.</param>
    public StudySettings Settings(ParseResult parsed)
    {
        int? threads = parsed.GetValue(_threads);
        return threads is < 1 or > MostThreads
            ? throw new InvalidInputException($"--threads is {threads}; expected 1 to {MostThreads}.")
            : new(Data(parsed), parsed.GetValue(_quick), parsed.GetValue(_seed), threads);
    }

    /// <summary>Where the files go.</summary>
    /// <param name="parsed">The command line.</param>
    public string Folder(ParseResult parsed) => parsed.GetResult(_out) is { Implicit: false } ? parsed.GetValue(_out)! : defaultFolder(parsed) + (parsed.GetValue(_quick) ? QuickSuffix : string.Empty);

    private string Data(ParseResult parsed) => parsed.GetValue(_quick) && parsed.GetResult(_data) is not { Implicit: false } ? QuickData : parsed.GetValue(_data)!;
}

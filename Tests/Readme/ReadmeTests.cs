using System.Text.RegularExpressions;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Readme;

/// <summary>What the README shows is compiled and run.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void The_library_example_is_the_code_that_is_compiled_here()
    {
        string source = File.ReadAllText(Repository.File("Tests", "Readme", "LibraryExample.cs"));
        string example = source.Split("        // README\n")[1].Replace("\n        ", "\n", StringComparison.Ordinal)[8..];

        string readme = File.ReadAllText(Repository.File("README.md"));

        readme.Should().Contain(example);
    }

    [Fact]
    public void The_library_example_runs() => InFolder(() => LibraryExample.Run().Should().HaveCount(10).And.OnlyContain(logit => float.IsFinite(logit)));

    [Theory]
    [InlineData("one call")]
    [InlineData("inputs")]
    [InlineData("proof")]
    [InlineData("own lowering")]
    [InlineData("large")]
    public void The_examples_of_the_page_on_exporting_are_the_code_that_is_compiled_here(string marker)
    {
        string source = File.ReadAllText(Repository.File("Tests", "Readme", "ExportExamples.cs"));
        string example = source.Split($"        // {marker}\n")[1].Replace("\n        ", "\n", StringComparison.Ordinal)[8..];

        File.ReadAllText(Repository.File("docs", "export.md")).Should().Contain($"```csharp\n{example}```");
    }

    [Fact]
    public void The_examples_of_the_page_on_exporting_run() => InFolder(() =>
    {
        ExportExamples.OneCall();
        ExportExamples.Inputs();
        ExportExamples.Proof();
        ExportExamples.OwnLowering();
        ExportExamples.Large();
        File.Exists("large.onnx.data").Should().BeTrue();
    });

    [Fact]
    public void Every_command_of_the_documents_is_one_that_the_program_takes()
    {
        string[] documents = [Repository.File("README.md"), Repository.File("CONTRIBUTING.md"), .. Directory.GetFiles(Repository.File("docs"), "*.md")];
        (string Program, string Arguments)[] commands = [.. documents.SelectMany(File.ReadLines).Select(line => Command().Match(line)).Where(match => match.Success).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

        commands.Should().NotBeEmpty();
        foreach ((string Program, string Arguments) command in commands)
        {
            OnnxInit.Cli.CommandLine program = command.Program == "-verify" ? OnnxInit.Cli.ValidatorProgram.CommandLine : OnnxInit.Cli.OnnxInitProgram.CommandLine;
            program.Errors(command.Arguments.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)).Should().BeEmpty(command.Arguments);
        }
    }

    private static void InFolder(Action action)
    {
        using TemporaryFolder folder = new();
        string before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder.Path);
        try
        {
            action();
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    [GeneratedRegex(@"^\s*(?:onnxinit(-verify)?|dotnet run -c Release --project Cli --) (.+)$")]
    private static partial Regex Command();
}

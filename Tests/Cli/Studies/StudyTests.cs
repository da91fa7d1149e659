using System.Text.Json;
using System.Xml.Linq;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Cli.Studies;

/// <summary>The verb <c>study</c>.</summary>
public sealed class StudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_study_writes_its_result_and_each_figure_as_table_SVG_and_PNG()
    {
        ToolResult result = await Tool.RunAsync("study", "range", "--quick", "--out", _folder["range"]);

        result.ExitCode.Should().Be(0, result.Error + result.Output);
        Directory.GetFiles(_folder["range"]).Select(Path.GetFileName).Should().BeEquivalentTo(
            "range.json", "range.csv", "range.svg", "range.png", "range-layers.csv", "range-layers.svg", "range-layers.png");
        XDocument.Load(_folder["range", "range.svg"]).Root!.Name.LocalName.Should().Be("svg");
        File.ReadAllBytes(_folder["range", "range.png"]).AsSpan(1, 3).ToArray().Should().Equal("PNG"u8.ToArray());
        File.ReadLines(_folder["range", "range.csv"]).First().Should().Be("panel,series,kind,x,x_end,y,low,high");
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(_folder["range", "range.json"]));
        record.RootElement.GetProperty("seed").GetInt64().Should().Be(17);
        record.RootElement.GetProperty("quick").GetBoolean().Should().BeTrue();
        record.RootElement.GetProperty("versions").GetProperty("torchSharp").GetString().Should().NotBeEmpty();
        record.RootElement.GetProperty("result").GetProperty("agrees").GetBoolean().Should().BeTrue();
        record.RootElement.GetProperty("result").GetProperty("settings").GetProperty("factors").GetString().Should().Be("10, 0.1");
        record.RootElement.GetProperty("result").GetProperty("figures")[0].GetProperty("panels")[0].GetProperty("type").GetString().Should().Be("lines");
    }

    [Fact]
    public async Task Findings_and_the_verdict_are_a_line_each()
    {
        ToolResult result = await Tool.RunAsync("study", "range", "--quick", "--factors", "10", "--out", _folder["range"]);

        result.Output.Split('\n').Should().Contain("  ok   first layer at which the product is infinite, float32, factor 10: 39, expected 39")
            .And.ContainSingle(line => line.StartsWith("  factor 10: ", StringComparison.Ordinal) && line.EndsWith("All as predicted, forward and backward.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_finding_that_does_not_hold_is_exit_code_1()
    {
        // Two units are far from the limit of wide layers, and many networks are dead.
        ToolResult result = await Tool.RunAsync("study", "variance", "--quick", "--networks", "10", "--width", "3", "--variances", "0.02", "--out", _folder["variance"]);

        result.ExitCode.Should().Be(1);
        result.Output.Should().Contain("  NOT  median log10 mean square");
        File.Exists(_folder["variance", "variance.json"]).Should().BeTrue("the measurement is kept");
    }

    [Fact]
    public async Task Json_prints_one_document_and_the_rest_to_standard_error()
    {
        ToolResult result = await Tool.RunAsync("study", "range", "--quick", "--factors", "0.1", "--out", _folder["range"], "--json");

        using JsonDocument document = JsonDocument.Parse(result.Output);
        document.RootElement.GetProperty("agrees").GetBoolean().Should().BeTrue();
        document.RootElement.GetProperty("findings").GetArrayLength().Should().Be(8);
        document.RootElement.GetProperty("files")[0].GetString().Should().Be("range.json");
        result.Error.Should().Contain("float16, factor 0.1: 0 at layer 8");
    }

    [Fact]
    public async Task Depths_and_schemes_of_ones_own_make_loss_curves_and_nothing_else()
    {
        ToolResult result = await Tool.RunAsync(
            "study", "depth", "--quick", "--data", "synthetic:300", "--depths", "40,60", "--schemes", "looks-linear,xavier-normal,lsuv", "--steps", "3", "--out", _folder["depth"]);

        result.ExitCode.Should().Be(0, result.Error);
        Directory.GetFiles(_folder["depth"]).Select(Path.GetFileName).Should().BeEquivalentTo("depth.json", "depth-curves.csv", "depth-curves.svg", "depth-curves.png");
        result.Output.Should().Contain("  ok   loss of 60 layers, xavier-normal, stays ln 10");
        File.ReadLines(_folder["depth", "depth-curves.csv"]).Should().HaveCount(1 + (2 * ((3 * 3) + 1)), "a row for each step of each curve, and one for ln 10 in each panel");
    }

    [Theory]
    [InlineData("all --data nowhere", "error: There is no data set 'nowhere'. *")]
    [InlineData("depth --depths 2 --schemes fixup", "error: No network of 2 weight layers can be started with fixup: *")]
    [InlineData("depth --depths 1", "error: The depths are 1; expected at least 2 weight layers.")]
    [InlineData("depth --steps 0", "error: --steps is 0; expected at least 1.")]
    [InlineData("depth --schemes he", "error: There is no initialisation 'he'; expected one of *")]
    [InlineData("range --factors ten", "error: --factors has 'ten'; expected numbers with commas between them, such as 0.1,10.\nSee 'onnxinit study range --help'.")]
    [InlineData("range --factors -1", "error: The factors are -1; expected numbers above 0.")]
    [InlineData("range --threads 0", "error: --threads is 0; expected 1 to 1024.")]
    [InlineData("variance --networks 0", "error: The study needs at least 2 layers, 2 units and 1 network; found 50, 100 and 0.")]
    public async Task Bad_options_are_refused_before_anything_is_written(string line, string expected)
    {
        ToolResult result = await Tool.RunAsync(["study", .. line.Split(' '), "--out", _folder["study"]]);

        (result.ExitCode, result.Output).Should().Be((2, string.Empty));
        result.Error.Should().Match(expected + "\n");
        Directory.Exists(_folder["study"]).Should().BeFalse();
    }

    [Fact]
    public async Task The_help_lists_every_study_with_its_question()
    {
        ToolResult result = await Tool.RunAsync("study", "--help");

        foreach (OnnxInit.Training.Studies.Study study in OnnxInit.Training.Studies.StudyCatalog.Create(quick: true))
        {
            result.Output.Should().Contain($"  {study.Name} ").And.Contain(string.Join(' ', study.Question.Split(' ')[..5]));
        }
    }
}

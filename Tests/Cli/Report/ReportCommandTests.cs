using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Cli.Report;

/// <summary><c>onnxinit report</c>, and the page that <c>run</c> leaves.</summary>
public sealed partial class ReportCommandTests(ReportedRuns runs) : IClassFixture<ReportedRuns>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_page_of_a_run_is_the_same_whenever_it_is_made()
    {
        string made = File.ReadAllText(Path.Combine(runs.Mlp, "report.html"));

        ToolResult result = await Tool.RunAsync("report", runs.Mlp, "--output", _folder["again.html"], "--json");

        result.ExitCode.Should().Be(0, result.Error);
        (File.ReadAllText(_folder["again.html"]) == made).Should().BeTrue();
        using JsonDocument summary = JsonDocument.Parse(result.Output);
        summary.RootElement.GetProperty("report").GetString().Should().Be(_folder["again.html"]);
        summary.RootElement.GetProperty("bytes").GetInt64().Should().Be(new FileInfo(_folder["again.html"]).Length);
    }

    [Fact]
    public void It_is_well_formed_and_needs_no_other_file_and_no_network()
    {
        foreach (string page in (string[])[Path.Combine(runs.Mlp, "report.html"), runs.Compared, Path.Combine(runs.OnlyTrained, "report.html")])
        {
            XElement html = Parse(page);

            html.Descendants().Where(element => element.Name.LocalName == "script").Should().BeEmpty();
            html.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href" or "srcset").Select(attribute => attribute.Value)
                .Should().NotBeEmpty().And.OnlyContain(target => target.StartsWith('#') || target.StartsWith("data:"));
            File.ReadAllText(page).Should().NotContain("@import").And.NotContain("url(");
        }
    }

    [Fact]
    public void It_says_in_the_headline_what_the_files_say()
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(runs.Mlp, "run.json")));
        double accuracy = manifest.RootElement.GetProperty("testAccuracy").GetDouble();

        string header = Text(Parse(Path.Combine(runs.Mlp, "report.html")).Descendants("header").Single());

        header.Should().Contain("mlp on synthetic").And.Contain($"Test accuracy {100 * accuracy:F2} %").And.Contain("✓ passed same prediction for 120 of 120 images").And.Contain("308,410 trainable parameters");
    }

    [Fact]
    public void It_shows_every_number_of_parity_json_and_of_the_signals()
    {
        XElement html = Parse(Path.Combine(runs.Mlp, "report.html"));

        string parity = Text(Section(html, "parity"));
        foreach (string row in (string[])["Images", "Same prediction", "Accuracy of TorchSharp", "Accuracy of ONNX Runtime", "Largest absolute difference", "Tolerance", "Mean absolute difference", "99th percentile", "Largest relative difference", "Largest distance in ULP", "Cosine similarity", "Signal to noise", "Not finite", "Images per second", "Time of a batch, median"])
        {
            parity.Should().Contain(row);
        }

        string signals = Text(Section(html, "signals"));
        signals.Should().Contain("Before the training").And.Contain("After the training").And.Contain("batchnorm1").And.NotContain("nothing was measured");
        Text(Section(html, "initialisation")).Should().Contain("2: linear1.weight … linear2.weight").And.Contain("308,200");
        Text(Section(html, "graph")).Should().Contain("Nodes 5").And.Contain("616 thousand").And.Contain("2 Gemm, Flatten, BatchNormalization, Relu");
        Section(html, "examples").Descendants("img").Should().HaveCountGreaterThan(20).And.OnlyContain(image => image.Attribute("alt")!.Value.StartsWith("Test image ") && image.Attribute("src")!.Value.StartsWith("data:image/png;base64,"));
    }

    [Fact]
    public void What_a_run_does_not_have_is_said_in_a_line_with_what_makes_it()
    {
        XElement html = Parse(Path.Combine(runs.OnlyTrained, "report.html"));

        Missing("parity").Should().Equal($"trained: there is no model.onnx to verify. Make it with onnxinit export {runs.OnlyTrained} && onnxinit verify {runs.OnlyTrained}.");
        Missing("graph").Should().Equal($"trained: there is no model.onnx. Make it with onnxinit export {runs.OnlyTrained}.");
        Missing("signals").Should().BeEmpty();
        Text(html.Descendants("header").Single()).Should().Contain("not verified there is no model.onnx");

        IEnumerable<string> Missing(string section) => Section(html, section).Descendants("p").Where(line => line.Attribute("class")?.Value == "missing").Select(Text);
    }

    [Fact]
    public async Task A_run_that_was_interrupted_and_has_no_signals_is_reported_as_far_as_it_went()
    {
        string run = ReportedRuns.Copy(runs.OnlyTrained, _folder["run"]);
        File.Delete(Path.Combine(run, "reference.safetensors"));
        File.Delete(Path.Combine(run, "signals.jsonl"));
        Edit(run, "\"testAccuracy\": [0-9.]+", "\"testAccuracy\": null");

        ToolResult result = await Tool.RunAsync("report", run);

        result.ExitCode.Should().Be(0, result.Error);
        Text(Parse(Path.Combine(run, "report.html"))).Should().Contain($"run: 1 of 1 epochs are done, and the network was not tested. Make it with onnxinit train --resume {run}.")
            .And.Contain($"run: nothing was measured after the last step. Make it with onnxinit train --resume {run}.")
            .And.Contain("run: nothing was measured before the first step, as in runs of older versions.")
            .And.Contain($"run: there are no answers to the test images, reference.safetensors. Make it with onnxinit train --resume {run}.");
    }

    [Fact]
    public async Task Images_that_cannot_be_opened_or_are_others_leave_the_pictures_out()
    {
        string moved = ReportedRuns.Copy(runs.OnlyTrained, _folder["moved"]);
        Edit(moved, "\"source\": \"synthetic:300\"", "\"source\": \"/nowhere\"");
        string other = ReportedRuns.Copy(runs.OnlyTrained, _folder["other"]);
        Edit(other, "\"source\": \"synthetic:300\"", "\"source\": \"synthetic:300:1\"");

        (await Tool.RunAsync("report", moved, other, "--output", _folder["page.html"])).ExitCode.Should().Be(0);

        Text(Section(Parse(_folder["page.html"]), "examples")).Should().Contain("moved: the pictures cannot be shown. There is no data set '/nowhere'.")
            .And.Contain("other: the pictures cannot be shown. The test images of 'synthetic:300:1' are others than those that the network was tested on.");
    }

    [Fact]
    public async Task A_verdict_on_another_file_than_the_model_is_none()
    {
        string run = ReportedRuns.Copy(runs.Mlp, _folder["run"]);
        File.Copy(Path.Combine(runs.Deep, "model.onnx"), Path.Combine(run, "model.onnx"), overwrite: true);

        (await Tool.RunAsync("report", run)).ExitCode.Should().Be(0);

        Text(Section(Parse(Path.Combine(run, "report.html")), "parity")).Should().Be($"Parity run: there is no verdict on model.onnx. Make it with onnxinit verify {run}.");
    }

    [Fact]
    public async Task Names_cannot_become_markup()
    {
        string run = ReportedRuns.Copy(runs.Mlp, _folder["<i>&run"]);
        string name = JsonSerializer.Serialize("<script>alert('a & b')</script>");
        Edit(run, "\"name\": \"synthetic\"", $"\"name\": {name}");
        Edit(run, "(\"classNames\": \\[\\s*)\"[^\"]*\"", $"$1{name}");
        File.Delete(Path.Combine(run, "parity.json"));

        (await Tool.RunAsync("report", run)).ExitCode.Should().Be(0);

        XElement html = Parse(Path.Combine(run, "report.html"));
        html.Descendants("script").Should().BeEmpty();
        html.Descendants("title").Single().Value.Should().Be("mlp on <script>alert('a & b')</script>");
        Text(Section(html, "parity")).Should().Contain("<i>&run: there is no verdict on model.onnx.");
        Section(html, "accuracy").Descendants("th").Select(cell => cell.Value).Should().Contain("<script>alert('a & b')</script>");
        Section(html, "examples").Descendants("img").Select(image => image.Attribute("alt")!.Value).Should().Contain(text => text.Contains("<script>alert('a & b')</script>"));
    }

    [Fact]
    public void Runs_stand_side_by_side_and_where_they_differ_is_marked()
    {
        XElement html = Parse(runs.Compared);

        html.Descendants("h1").Single().Value.Should().Be("2 runs compared");
        html.Descendants("header").Descendants("th").Where(cell => cell.Attribute("scope")?.Value == "col").Select(cell => cell.Value).Should().Equal("mlp", "deep");
        string[] differing = [.. Section(html, "provenance").Descendants("tr").Where(row => row.Attribute("class")?.Value == "differs").Select(row => Text(row.Element("th")!))];
        differing.Should().Contain(["Network", "Initialisation", "Epochs"]).And.NotContain(["Seed", "Momentum", "Images"]);
    }

    [Fact]
    public async Task Runs_of_the_same_name_are_told_apart_by_their_folders()
    {
        string one = ReportedRuns.Copy(runs.OnlyTrained, _folder[Path.Combine("a", "run")]);
        string two = ReportedRuns.Copy(runs.OnlyTrained, _folder[Path.Combine("b", "run")]);

        (await Tool.RunAsync("report", one, two, "--output", _folder["page.html"])).ExitCode.Should().Be(0);

        Parse(_folder["page.html"]).Descendants("header").Descendants("th").Select(Text).Should().Contain(["a/run", "b/run"]);
    }

    [Fact]
    public async Task Input_that_is_none_is_one_clear_error_and_nothing_is_written()
    {
        string file = _folder["file"];
        File.WriteAllText(file, "text");
        Directory.CreateDirectory(_folder["page.html"]);

        await Fails($"error: There is no run folder '{_folder["absent"]}'. Name the folder that 'onnxinit train --out' wrote.\n", _folder["absent"]);
        await Fails($"error: '{file}' is a file, and no run's folder. Name the folder that 'onnxinit train --out' wrote.\n", file);
        await Fails($"error: '{_folder.Path}' holds no run: run.json is missing. Name the folder that 'onnxinit train --out' wrote.\n", runs.Mlp, _folder.Path);
        await Fails($"error: The run '{runs.Mlp}' is named more than once. Name each run that is to be compared once.\n", runs.Mlp, runs.Mlp + "/");
        await Fails("error: Cannot write '*page.html': * Nothing was changed there. Choose another folder, or make room.\n", runs.Mlp, "--output", _folder["page.html"]);
        await Fails("error: Required argument 'RUN' missing for command: 'report'.\nSee 'onnxinit report --help'.\n");
        Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Should().BeEquivalentTo("file", "page.html");
        File.Exists("report.html").Should().BeFalse();

        static async Task Fails(string message, params string[] arguments)
        {
            ToolResult result = await Tool.RunAsync(["report", .. arguments]);
            result.ExitCode.Should().Be(2);
            result.Error.Should().Match(message);
            result.Output.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task A_damaged_verdict_is_an_error()
    {
        string run = ReportedRuns.Copy(runs.Mlp, _folder["run"]);
        string page = File.ReadAllText(Path.Combine(run, "report.html"));
        File.WriteAllText(Path.Combine(run, "parity.json"), "{}");

        ToolResult result = await Tool.RunAsync("report", run);

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith($"error: '{Path.Combine(run, "parity.json")}' is no parity report: ");
        File.ReadAllText(Path.Combine(run, "report.html")).Should().Be(page);
    }

    [Fact]
    public async Task A_report_that_fails_does_not_lose_the_run()
    {
        string run = _folder["run"];
        Directory.CreateDirectory(Path.Combine(run, "report.html"));

        ToolResult result = await Tool.RunAsync("run", "--data", "synthetic:300", "--epochs", "1", "--out", run);

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith($"error: The report could not be made: Cannot write '{Path.Combine(run, "report.html")}': ")
            .And.EndWith($"The run itself is complete: its weights, model.onnx and parity.json are in '{run}'. Make the report with 'onnxinit report {run}'.\n");
        result.Output.Should().Contain("passed: the exported model is the trained one");
        File.Exists(Path.Combine(run, "parity.json")).Should().BeTrue();
    }

    private static XElement Parse(string page) => XDocument.Parse(File.ReadAllText(page).Replace("<!DOCTYPE html>", string.Empty, StringComparison.Ordinal)).Root!;

    private static XElement Section(XElement html, string id) => html.Descendants("section").Single(section => section.Attribute("id")!.Value == id);

    /// <summary>The words, with one space between each two.</summary>
    private static string Text(XElement element) => Spaces().Replace(string.Join(' ', element.DescendantNodes().OfType<XText>().Select(text => text.Value)), " ").Trim().Replace(" .", ".", StringComparison.Ordinal);

    private static void Edit(string run, string pattern, string replacement)
    {
        string path = Path.Combine(run, "run.json");
        string before = File.ReadAllText(path);
        string after = new Regex(pattern).Replace(before, replacement, 1);
        after.Should().NotBe(before);
        File.WriteAllText(path, after);
    }

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}

using OnnxInit.Cli.Playground;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Cli.Playground;

/// <summary>What a playground is made of, and what is no reason to make one.</summary>
public sealed class ModelPlaygroundTests : IDisposable
{
    private const string Source = "synthetic:600";

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _test = DatasetSource.Open(Source).Test;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_images_are_the_first_of_every_class_in_turn()
    {
        byte[] labels = [.. Enumerable.Repeat((byte)2, 150), 0, 0, 1, 0, 1];
        float[] logits = [.. Enumerable.Range(0, labels.Length * 3).Select(i => (float)i)];

        IReadOnlyList<PlaygroundImage> images = PlaygroundImages.Choose(new ReferenceLogits(logits, labels, 3, "digest", "test"), 3);

        images.Select(image => image.Index).Should().Equal([150, 151, 153, 152, 154, .. Enumerable.Range(0, 95)]);
        images[0].Should().BeEquivalentTo(new PlaygroundImage(150, 0, [450, 451, 452]));
    }

    [Fact]
    public async Task A_page_holds_the_model_and_names_no_other_file_and_no_host()
    {
        RunFolder run = await RunAsync();

        string page = File.ReadAllText(ModelPlayground.Write(run, _test, Runtime()));

        page.Should().Contain("default-src 'none'").And.NotContain("{{").And.NotContain("http:").And.NotContain("https:");
        page.Should().Contain("ONNX Runtime Web 1.30.0 ");
    }

    [Fact]
    public async Task Models_that_no_page_can_hold_are_refused_before_anything_is_fetched()
    {
        RunFolder run = await RunAsync("--external-data");
        Message(run).Should().Be($"'{run.Model}' keeps its weights in another file, and a playground holds the model in one. Export it without --external-data.");

        using (FileStream stream = File.Create(run.Model))
        {
            stream.SetLength(100_000_001);
        }

        Message(run).Should().Be($"'{run.Model}' has 100,000,001 bytes, and a playground takes a model of at most 100,000,000. Leave --playground out, or make the model smaller.");
    }

    [Fact]
    public async Task A_model_a_reference_and_images_that_do_not_belong_together_are_refused()
    {
        RunFolder run = await RunAsync();
        ReferenceLogits reference = ReferenceLogits.Load(run.Reference);
        new ReferenceLogits(reference.Logits, reference.Labels, reference.ClassCount, reference.DatasetDigest, reference.Split) { Step = reference.Step + 1 }.Save(run.Reference);

        Message(run, SyntheticImages.Generate(120, 1, "test")).Should().Be(
            $"Cannot make a playground of '{run.Model}': the reference was computed on other images; the model's weights are of step {reference.Step} of the training and the reference's of step {reference.Step + 1}. Use the model, the reference and the data of one run.");
    }

    private async Task<RunFolder> RunAsync(params string[] options)
    {
        RunFolder run = new(_folder["run"]);
        ToolResult result = await Tool.RunAsync(["run", "--data", Source, "--epochs", "1", "--out", run.Path, .. options]);
        result.ExitCode.Should().Be(0, result.Error);
        return run;
    }

    private string Message(RunFolder run, ImageSet? images = null)
    {
        string message = ((Action)(() => ModelPlayground.Write(run, images ?? _test, _folder["never-asked-for"]))).Should().Throw<InvalidInputException>().Which.Message;
        File.Exists(Path.Combine(run.Path, "playground.html")).Should().BeFalse();
        return message;
    }

    private string Runtime()
    {
        Directory.CreateDirectory(_folder["copy", "dist"]);
        File.WriteAllText(_folder["copy", "package.json"], """{ "name": "onnxruntime-web", "version": "1.30.0" }""");
        File.WriteAllText(_folder["copy", "dist", "ort.wasm.bundle.min.mjs"], "export {}");
        File.WriteAllText(_folder["copy", "dist", "ort-wasm-simd-threaded.wasm"], "asm");
        return _folder["copy"];
    }
}

using System.Text.Json;
using Google.Protobuf;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Inference;
using SkiaSharp;

namespace OnnxInit.Tests.Cli;

/// <summary>verify, predict and bench, from the command line.</summary>
public sealed class ValidationVerbsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Several_models_are_verified_side_by_side_and_each_verdict_stands_beside_its_model()
    {
        string run = await RunAsync();
        string model = Path.Combine(run, "model.onnx");
        (await Tool.RunAsync("export", run, "--embed-normalization", "--output", _folder["pixels.onnx"])).ExitCode.Should().Be(0);

        ToolResult result = await Tool.RunAsync("verify", run, "--model", model, "--model", _folder["pixels.onnx"], "--batch-size", "50", "--threads", "1", "--optimization", "none");

        result.ExitCode.Should().Be(0, result.Error);
        result.Output.Should().Contain("model.onnx on cpu").And.Contain("pixels.onnx on cpu").And.Contain("batches of 50, 1 thread").And.Contain("optimisation none")
            .And.Contain("model.onnx on cpu: passed: the exported model is the trained one\npixels.onnx on cpu: passed: the exported model is the trained one\n");
        File.Exists(_folder["pixels.parity.json"]).Should().BeTrue();
    }

    [Fact]
    public async Task One_model_is_shown_with_its_classes_and_the_histogram_of_differences()
    {
        ToolResult result = await Tool.RunAsync("verify", await RunAsync());

        result.Output.Should().Contain("images by true class (row) and prediction (column)").And.Contain("logits by absolute difference").And.Contain("expected calibration error").And.Contain("true class among the first 5");
    }

    [Fact]
    public async Task A_model_a_reference_and_images_will_do_without_a_run()
    {
        string run = await RunAsync();

        ToolResult result = await Tool.RunAsync("verify", "--model", Path.Combine(run, "model.onnx"), "--reference", Path.Combine(run, "reference.safetensors"), "--data", "synthetic:500", "--json");
        ToolResult missing = await Tool.RunAsync("verify", "--model", Path.Combine(run, "model.onnx"));

        result.ExitCode.Should().Be(0, result.Error);
        missing.Should().Be(new ToolResult(2, string.Empty, "error: There is no run, and --reference, --data are missing. Name a run's folder, or a model, the reference and its images.\n"));
    }

    [Theory]
    [InlineData("--provider", "cpu,gpu", "The execution provider is 'gpu'; expected cpu, cuda, cuda:<device>, directml, directml:<device> or coreml.")]
    [InlineData("--provider-option", "arena", "--provider-option is 'arena'; expected KEY=VALUE, every key once.")]
    [InlineData("--provider-option", "arena=1", "The execution provider 'cpu' does not know the option 'arena=1'; expected use_arena=0 or use_arena=1.")]
    [InlineData("--optimization", "most", "The optimisation level is 'most'; expected none, basic, extended, all.")]
    [InlineData("--threads", "-2", "The number of threads is -2; expected 0 (one per physical core) or more.")]
    [InlineData("--batch-size", "0", "The batch size is 0; expected 1 or more (default 256).")]
    [InlineData("--mean", "0.5", "--mean and --std belong together: give both, or neither.")]
    [InlineData("--image-size", "32", "--image-size is '32'; expected HEIGHTxWIDTH, such as 224x224.")]
    [InlineData("--classes", "cat", "--classes is 'cat'; expected names with commas between them, or a text file with one on each line.")]
    public async Task What_verify_does_not_understand_is_one_error_and_no_verdict_is_written(string option, string value, string message)
    {
        string run = await RunAsync();
        File.Delete(Path.Combine(run, "parity.json"));

        ToolResult result = await Tool.RunAsync("verify", run, option, value);

        result.Should().Be(new ToolResult(2, string.Empty, $"error: {message}\n"));
        File.Exists(Path.Combine(run, "parity.json")).Should().BeFalse();
    }

    [Fact]
    public async Task A_provider_that_is_absent_leaves_no_verdict_on_the_others_either()
    {
        string run = await RunAsync();

        ToolResult result = await Tool.RunAsync("verify", run, "--provider", "cpu,cuda");

        result.ExitCode.Should().Be(2);
        Directory.GetFiles(run, "*cpu*").Should().BeEmpty();
    }

    [Fact]
    public async Task Inspect_shows_attributes_shapes_and_what_a_run_costs()
    {
        string model = Path.Combine(await RunAsync(), "model.onnx");

        ToolResult result = await Tool.RunAsync("inspect", model);
        using JsonDocument summary = JsonDocument.Parse((await Tool.RunAsync("inspect", model, "--json")).Output);

        // Linear 3072-100 and Linear 100-10: 2 (307,200 + 1,000) FLOPs.
        result.Output.Should().Contain("616,400 FLOPs").And.Contain("transB = 1").And.Contain("logits: float[N, 10]").And.Contain("epsilon = 1E-05");
        JsonElement last = summary.RootElement.GetProperty("nodes").EnumerateArray().Last();
        last.GetProperty("attributes").GetProperty("transB").GetInt64().Should().Be(1);
        summary.RootElement.GetProperty("outputs")[0].GetProperty("shape").EnumerateArray().Select(size => size.GetString()).Should().Equal("N", "10");
        last.GetProperty("flops").GetInt64().Should().Be(2_000);
        summary.RootElement.GetProperty("cost").GetProperty("flops").GetInt64().Should().Be(616_400);
    }

    [Fact]
    public async Task A_model_that_fails_is_searched_for_the_first_node_that_departs()
    {
        string run = await RunAsync();
        string model = Path.Combine(run, "model.onnx");
        (await Tool.RunAsync("export", run, "--keep-intermediates")).ExitCode.Should().Be(0);
        ModelProto changed = OnnxFile.Load(model);
        NodeProto last = changed.Graph.Node[^1];
        TensorProto weight = changed.Graph.Initializer.Single(tensor => tensor.Name == last.Input[1]);
        byte[] bytes = weight.RawData.ToByteArray();
        BitConverter.TryWriteBytes(bytes, 3f);
        weight.RawData = ByteString.CopyFrom(bytes);
        File.WriteAllBytes(model, changed.ToByteArray());

        ToolResult result = await Tool.RunAsync("verify", run);
        using JsonDocument summary = JsonDocument.Parse((await Tool.RunAsync("verify", run, "--json")).Output);

        result.ExitCode.Should().Be(1);
        result.Output.Should().Contain($"departs: {last.Name} (Gemm)").And.Contain("  module  linear2 (Linear)");
        summary.RootElement.GetProperty("localizations").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task Without_kept_values_a_search_says_how_to_keep_them()
    {
        string run = await RunAsync();

        ToolResult result = await Tool.RunAsync("verify", run, "--localize");

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("error: No values inside '").And.Contain("`onnxinit export RUN --keep-intermediates --output model.onnx`");
    }

    [Fact]
    public async Task A_playground_that_lacks_its_runtime_is_one_error_and_no_page_is_written()
    {
        string run = await RunAsync();
        File.Delete(Path.Combine(run, "report.html"));

        ToolResult result = await Tool.RunAsync("report", run, "--playground", "--onnxruntime-web", _folder["nowhere"]);

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith($"error: There is no '{_folder["nowhere"]}'.");
        Directory.GetFiles(run, "*.html").Should().BeEmpty();
    }

    [Fact]
    public async Task A_picture_is_classified_as_the_images_of_the_data_set_are()
    {
        string run = await RunAsync();
        ImageDataset data = DatasetSource.Open("synthetic:500");
        WritePng(_folder["first.png"], data.Test, 0);
        using JsonDocument verified = JsonDocument.Parse((await Tool.RunAsync("verify", run, "--json")).Output);
        using Contracts.Safetensors.SafetensorsFile reference = Contracts.Safetensors.SafetensorsFile.Open(Path.Combine(run, "reference.safetensors"));
        float[] expected = reference.Read<float>("logits")[..data.ClassNames.Count];

        ToolResult result = await Tool.RunAsync("predict", _folder["first.png"], "--model", run, "--top", "3", "--json");

        result.ExitCode.Should().Be(0, result.Error);
        using JsonDocument predictions = JsonDocument.Parse(result.Output);
        JsonElement[] classes = [.. predictions.RootElement[0].GetProperty("classes").EnumerateArray()];
        classes.Should().HaveCount(3);
        foreach (JsonElement candidate in classes)
        {
            int label = candidate.GetProperty("class").GetInt32();
            candidate.GetProperty("logit").GetSingle().Should().BeApproximately(expected[label], 1e-4f);
            candidate.GetProperty("name").GetString().Should().Be(data.ClassNames[label]);
        }

        classes.Select(candidate => candidate.GetProperty("probability").GetDouble()).Should().BeInDescendingOrder();
        classes[0].GetProperty("class").GetInt32().Should().Be(Array.IndexOf(expected, expected.Max()));
    }

    [Fact]
    public async Task What_is_no_image_and_what_is_missing_is_named()
    {
        string run = await RunAsync();
        File.WriteAllText(_folder["text.png"], "no image");
        byte[] whole = Png(new ImageSet(ImageShape.Cifar10, [.. Enumerable.Range(0, 3072).Select(i => (byte)(i * 31))], [0]), 0);
        File.WriteAllBytes(_folder["cut.png"], whole[..(whole.Length / 2)]);

        (await Tool.RunAsync("predict", _folder["text.png"], "--model", run)).Error.Should().Be($"error: '{_folder["text.png"]}' is no image that can be read (Unimplemented); expected a PNG or JPEG file.\n");
        (await Tool.RunAsync("predict", _folder["cut.png"], "--model", run)).Error.Should().Be($"error: The image '{_folder["cut.png"]}' is broken (IncompleteInput).\n");
        (await Tool.RunAsync("predict", _folder["none.png"], "--model", run)).Should().Be(new ToolResult(2, string.Empty, $"error: There is no image '{_folder["none.png"]}'.\n"));
    }

    [Fact]
    public async Task A_model_of_another_exporter_is_told_what_its_metadata_does_not_say()
    {
        ModelProto model = RgbModel();
        File.WriteAllBytes(_folder["foreign.onnx"], model.ToByteArray());
        WritePng(_folder["image.png"], new ImageSet(new(3, 2, 2), [.. Enumerable.Range(0, 12).Select(i => (byte)(20 * i))], [0]), 0);

        ToolResult missing = await Tool.RunAsync("predict", _folder["image.png"], "--model", _folder["foreign.onnx"]);
        File.WriteAllText(_folder["names.txt"], "left\nright\n");
        ToolResult told = await Tool.RunAsync("predict", _folder["image.png"], "--model", _folder["foreign.onnx"], "--mean", "0,0,0", "--std", "1,1,1", "--classes", _folder["names.txt"], "--json");

        missing.Should().Be(new ToolResult(2, string.Empty,
            $"error: The model '{_folder["foreign.onnx"]}' does not say how to normalise ('normalization.mean', 'normalization.std'), nor the names of its 2 classes ('classes') in its metadata. Say it with --mean and --std, and --classes.\n"));
        using JsonDocument predictions = JsonDocument.Parse(told.Output);
        JsonElement first = predictions.RootElement[0].GetProperty("classes")[0];
        first.GetProperty("name").GetString().Should().Be("right");
        first.GetProperty("logit").GetSingle().Should().BeApproximately((100 + 120 + 140 + 160 + 180 + 200 + 220) / 255f, 1e-5f);
    }

    [Fact]
    public async Task Bench_times_every_combination_and_draws_it()
    {
        string run = await RunAsync();

        ToolResult result = await Tool.RunAsync("bench", run, "--batch-sizes", "1,4", "--threads", "1,2", "--seconds", "0.01", "--warm-up", "0", "--figure", _folder["speed.svg"], "--json");

        result.ExitCode.Should().Be(0, result.Error);
        using JsonDocument results = JsonDocument.Parse(result.Output);
        results.RootElement.EnumerateArray().Select(one => (one.GetProperty("threads").GetInt32(), one.GetProperty("batchSize").GetInt32())).Should().Equal((1, 1), (1, 4), (2, 1), (2, 4));
        foreach (JsonElement one in results.RootElement.EnumerateArray())
        {
            double[] speeds = [.. ((string[])["imagesPerSecondLow", "imagesPerSecond", "imagesPerSecondHigh"]).Select(name => one.GetProperty(name).GetDouble())];
            speeds.Should().BeInAscendingOrder().And.OnlyContain(speed => speed > 0);
            one.GetProperty("latency").GetProperty("calls").GetInt32().Should().BeGreaterThanOrEqualTo(10);
        }

        File.ReadAllText(_folder["speed.svg"]).Should().Contain("<svg").And.Contain("images per second");
    }

    [Theory]
    [InlineData("--figure", "speed.gif", "--figure is 'speed.gif'; expected a file that ends in .svg, .png or .csv.")]
    [InlineData("--batch-sizes", "0", "The batch size is 0; expected 1 to 1048576.")]
    [InlineData("--seconds", "-1", "The times are -1 s, and 0.3 s to warm up; expected 0 to 3600 seconds.")]
    public async Task What_bench_does_not_understand_is_one_error(string option, string value, string message) =>
        (await Tool.RunAsync("bench", await RunAsync(), option, value)).Should().Be(new ToolResult(2, string.Empty, $"error: {message}\n"));

    [Fact]
    public async Task A_run_without_a_model_says_how_to_make_one()
    {
        string run = await RunAsync();
        File.Delete(Path.Combine(run, "model.onnx"));

        (await Tool.RunAsync("bench", run)).Should().Be(new ToolResult(2, string.Empty, $"error: The run '{run}' has no model.onnx. Export it first: onnxinit export {run}\n"));
    }

    /// <summary>logits = (sum of the first five of twelve values, sum of the last seven), from 3x2x2 pixels, without metadata.</summary>
    private static ModelProto RgbModel()
    {
        ModelProto model = TinyModel.Create();
        model.MetadataProps.Clear();
        model.Graph.Input[0] = TinyModel.Value("images", TensorProto.Types.DataType.Float, 3, 2, 2);
        model.Graph.Output[0] = TinyModel.Value("logits", TensorProto.Types.DataType.Float, 2);
        TensorProto weight = model.Graph.Initializer.Single(tensor => tensor.Name == "weight");
        TensorProto bias = model.Graph.Initializer.Single(tensor => tensor.Name == "bias");
        Replace(weight, [.. Enumerable.Range(0, 24).Select(i => i % 12 < 5 == i < 12 ? 1f : 0f)], 2, 12);
        Replace(bias, [0, 0], 2);
        return model;

        static void Replace(TensorProto tensor, float[] values, params long[] sizes)
        {
            tensor.Dims.Clear();
            tensor.Dims.Add(sizes);
            tensor.FloatData.Clear();
            tensor.FloatData.Add(values);
        }
    }

    private static void WritePng(string path, ImageSet set, int index) => File.WriteAllBytes(path, Png(set, index));

    private static byte[] Png(ImageSet set, int index)
    {
        using SKBitmap bitmap = new(set.Shape.Width, set.Shape.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        ReadOnlySpan<byte> image = set.Image(index);
        for (int pixel = 0; pixel < set.Shape.PlaneSize; pixel++)
        {
            bitmap.SetPixel(pixel % set.Shape.Width, pixel / set.Shape.Width, new(image[pixel], image[set.Shape.PlaneSize + pixel], image[(2 * set.Shape.PlaneSize) + pixel]));
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private async Task<string> RunAsync()
    {
        string run = _folder["run"];
        ToolResult result = await Tool.RunAsync("run", "--data", "synthetic:500", "--epochs", "1", "--out", run);
        result.ExitCode.Should().Be(0, result.Error + result.Output);
        return run;
    }
}

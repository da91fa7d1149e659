using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Cli;

/// <summary>What cannot be quantized ends with exit code 2 and one message, and leaves nothing behind.</summary>
public sealed class QuantizeBadInputTests(TrainedRuns runs) : IClassFixture<TrainedRuns>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Int8_without_calibration_data()
    {
        string model = Copy();

        await RefusesAsync(
            $"error: There are no images to calibrate '{model}' on, and int8 needs the range of every activation on images of the training set. Name them with '--data SOURCE', name the run's folder, or choose fp16.\n",
            model, "--to", "int8");
    }

    [Fact]
    public async Task A_truncated_model()
    {
        string model = Copy();
        File.WriteAllBytes(model, File.ReadAllBytes(model)[..1000]);

        await RefusesAsync($"error: '{model}' is no ONNX model: *", model, "--to", "int8", "--data", "synthetic:100");
    }

    [Fact]
    public async Task A_file_of_something_else()
    {
        File.WriteAllText(_folder["model.onnx"], "This is no protobuf.");

        await RefusesAsync($"error: '{_folder["model.onnx"]}' is no ONNX model: *", _folder["model.onnx"], "--to", "fp16");
    }

    [Fact]
    public async Task A_model_that_is_not_there() =>
        await RefusesAsync($"error: The model '{_folder["model.onnx"]}' cannot be read: *", _folder["model.onnx"], "--to", "fp16");

    [Fact]
    public async Task A_folder_that_is_no_run()
    {
        Directory.CreateDirectory(_folder["run"]);

        await RefusesAsync($"error: '{_folder["run"]}' holds no run: run.json is missing. *", _folder["run"], "--to", "int8");
    }

    [Fact]
    public async Task More_calibration_images_than_there_are() =>
        await RefusesAsync("error: 512 images are asked for to calibrate on; expected 1 to 100, the number of training images.\n", Copy(), "--to", "int8", "--data", "synthetic:100");

    [Fact]
    public async Task An_output_that_is_the_model_itself()
    {
        string model = Copy();

        await RefusesAsync($"error: The output '{model}' is the model itself; expected another file. Choose one with '--output FILE'.\n", model, "--to", "fp16", "--output", model);
    }

    [Theory]
    [InlineData("--to", "int4")]
    [InlineData("--to", "int8", "--method", "mse")]
    public async Task A_target_or_a_method_that_is_none(params string[] options)
    {
        string model = Copy();
        ToolResult result = await Tool.RunAsync(["quantize", model, "--data", "synthetic:1000", .. options]);

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("error: ").And.Contain(options[^1]).And.EndWith("See 'onnxinit quantize --help'.\n");
        Files().Should().Equal(["model.onnx"]);
    }

    [Theory]
    [InlineData("--bins", "1024", "error: The number of bins is 1024; expected 2048 to 1048576 (default 2048).\n")]
    [InlineData("--speed-rounds", "4", "error: The number of rounds to time is 4; expected an odd number up to 1001, of which the middle one counts, or 0 (default 9).\n")]
    [InlineData("--percentile", "0.99", "error: The percentile is 0.99; expected above 50 to 100 (default 99.999).\n")]
    public async Task An_option_out_of_its_range(string option, string value, string expected) =>
        await RefusesAsync(expected, Copy(), "--to", "int8", "--data", "synthetic:1000", option, value);

    [Fact]
    public async Task A_folder_where_nothing_can_be_written()
    {
        File.WriteAllText(_folder["file"], "in the way");

        await RefusesAsync("error: Cannot write '*'*", Copy(), "--to", "fp16", "--output", Path.Combine(_folder["file"], "small.onnx"));
    }

    [Fact]
    public async Task Fp16_without_images_is_checked_by_its_weights_and_says_so()
    {
        ToolResult result = await Tool.RunAsync("quantize", Copy(), "--to", "fp16");

        result.ExitCode.Should().Be(0, result.Error);
        result.Output.Should().Contain("nothing is compared: there are no images");
        File.Exists(_folder["model.fp16.onnx"]).Should().BeTrue();
    }

    private string Copy()
    {
        File.Copy(Path.Combine(runs["mlp"], "model.onnx"), _folder["model.onnx"]);
        return _folder["model.onnx"];
    }

    private async Task RefusesAsync(string expected, params string[] arguments)
    {
        string[] before = Files();

        ToolResult result = await Tool.RunAsync(["quantize", .. arguments]);

        result.ExitCode.Should().Be(2);
        result.Error.Should().Match(expected).And.NotContain("   at ");
        Files().Should().Equal(before);
    }

    private string[] Files() => [.. Directory.EnumerateFileSystemEntries(_folder.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}

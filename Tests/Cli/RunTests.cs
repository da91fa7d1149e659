using System.Text.Json;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Cli;

/// <summary>The main job from the command line.</summary>
public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_trains_exports_and_verifies()
    {
        string run = _folder["run"];

        ToolResult result = await Tool.RunAsync("run", "--data", "synthetic:1000", "--epochs", "2", "--out", run);

        result.ExitCode.Should().Be(0, result.Error);
        result.Error.Should().BeEmpty();
        result.Output.Should().Contain("epoch   1/2").And.Contain("epoch   2/2").And.Contain("passed: the exported model is the trained one");
        Directory.GetFiles(run).Select(Path.GetFileName).Where(name => !name!.StartsWith("events.out", StringComparison.Ordinal)).Should().BeEquivalentTo(
            "run.json", "metrics.jsonl", "checkpoint.safetensors", "best.safetensors", "model.onnx", "reference.safetensors", "parity.json", "signals.jsonl", "report.html");
        using JsonDocument parity = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "parity.json")));
        parity.RootElement.GetProperty("passed").GetBoolean().Should().BeTrue();
        parity.RootElement.GetProperty("agreements").GetInt32().Should().Be(200);
    }

    [Fact]
    public async Task Json_prints_one_document_to_standard_output_and_the_rest_to_standard_error()
    {
        ToolResult result = await Tool.RunAsync("run", "--data", "synthetic:500", "--epochs", "1", "--out", _folder["run"], "--json");

        result.ExitCode.Should().Be(0, result.Error);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        document.RootElement.GetProperty("run").GetProperty("testAccuracy").GetDouble().Should().Be(
            document.RootElement.GetProperty("parity").GetProperty("torchSharpAccuracy").GetDouble());
        document.RootElement.GetProperty("report").GetString().Should().Be(Path.Combine(_folder["run"], "report.html"));
        result.Error.Should().Contain("epoch   1/1");
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("mlp-deep", "--depth", "3", "--width", "20")]
    [InlineData("cnn", "--fold-batchnorm")]
    [InlineData("cnn", "--embed-normalization", "--opset", "21")]
    public async Task Every_preset_passes(string model, params string[] options)
    {
        ToolResult result = await Tool.RunAsync(["run", "--data", "synthetic:400", "--epochs", "1", "--model", model, "--out", _folder["run"], .. options]);

        result.ExitCode.Should().Be(0, result.Error + result.Output);
    }

    [Fact]
    public async Task A_model_of_another_training_fails_with_exit_code_1_and_the_verdict_stands_beside_it()
    {
        string run = _folder["run"];
        (await Tool.RunAsync("train", "--data", "synthetic:500", "--epochs", "1", "--out", run)).ExitCode.Should().Be(0);
        string other = _folder["other"];
        (await Tool.RunAsync("train", "--data", "synthetic:500", "--epochs", "1", "--seed", "1", "--out", other)).ExitCode.Should().Be(0);
        (await Tool.RunAsync("export", other, "--output", _folder["other.onnx"])).ExitCode.Should().Be(0);

        ToolResult result = await Tool.RunAsync("verify", run, "--model", _folder["other.onnx"]);

        result.ExitCode.Should().Be(1);
        result.Output.Should().Contain("failed: the exported model is not the trained one");
        using JsonDocument parity = JsonDocument.Parse(File.ReadAllText(_folder["other.parity.json"]));
        parity.RootElement.GetProperty("passed").GetBoolean().Should().BeFalse();
        File.Exists(Path.Combine(run, "parity.json")).Should().BeFalse();
    }

    [Fact]
    public async Task A_reference_of_other_weights_than_the_model_s_is_refused_instead_of_condemning_the_model()
    {
        string run = _folder["run"];
        (await Tool.RunAsync("run", "--data", "synthetic:500", "--epochs", "1", "--out", run)).ExitCode.Should().Be(0);
        (await Tool.RunAsync("train", "--resume", run, "--epochs", "3")).ExitCode.Should().Be(0);

        ToolResult stale = await Tool.RunAsync("verify", run);
        ToolResult exported = await Tool.RunAsync("export", run);
        bool verdictLeft = File.Exists(Path.Combine(run, "parity.json"));
        ToolResult fresh = await Tool.RunAsync("verify", run);

        stale.ExitCode.Should().Be(2);
        stale.Error.Should().Contain("the model's weights are of step 8 of the training and the reference's of step 24; finish the run or export it again");
        exported.ExitCode.Should().Be(0);
        verdictLeft.Should().BeFalse("the verdict was on the model that was replaced");
        fresh.ExitCode.Should().Be(0, fresh.Output);
    }

    [Fact]
    public async Task The_exported_model_carries_the_test_result()
    {
        string run = _folder["run"];
        (await Tool.RunAsync("run", "--data", "synthetic:500", "--epochs", "1", "--out", run)).ExitCode.Should().Be(0);

        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json")));
        using JsonDocument model = JsonDocument.Parse((await Tool.RunAsync("inspect", Path.Combine(run, "model.onnx"), "--json")).Output);
        using JsonDocument training = JsonDocument.Parse(model.RootElement.GetProperty("metadata").GetProperty("training").GetString()!);
        training.RootElement.GetProperty("testAccuracy").GetDouble().Should().Be(manifest.RootElement.GetProperty("testAccuracy").GetDouble());
    }

    [Fact]
    public async Task Exporting_twice_gives_the_same_bytes()
    {
        string run = _folder["run"];
        (await Tool.RunAsync("train", "--data", "synthetic:300", "--epochs", "1", "--out", run)).ExitCode.Should().Be(0);

        (await Tool.RunAsync("export", run, "--output", _folder["a.onnx"])).ExitCode.Should().Be(0);
        (await Tool.RunAsync("export", Path.Combine(run, "best.safetensors"), "--output", _folder["b.onnx"])).ExitCode.Should().Be(0);

        File.ReadAllBytes(_folder["a.onnx"]).Should().Equal(File.ReadAllBytes(_folder["b.onnx"]));
    }

    [Fact]
    public async Task Weights_go_into_a_file_of_their_own_and_passes_are_left_out_on_demand()
    {
        string run = _folder["run"];
        (await Tool.RunAsync("train", "--data", "synthetic:300", "--epochs", "1", "--out", run)).ExitCode.Should().Be(0);

        ToolResult exported = await Tool.RunAsync("export", run, "--external-data", "--skip-pass", "simplify,order-constants", "--print", "--json");

        exported.ExitCode.Should().Be(0, exported.Error);
        exported.Error.Should().Contain("logits: float[N, 10] = Gemm(");
        using JsonDocument summary = JsonDocument.Parse(exported.Output);
        summary.RootElement.GetProperty("bytes").GetInt64().Should().Be(new FileInfo(Path.Combine(run, "model.onnx")).Length + new FileInfo(Path.Combine(run, "model.onnx.data")).Length);
        (await Tool.RunAsync("verify", run)).ExitCode.Should().Be(0);
        using JsonDocument model = JsonDocument.Parse((await Tool.RunAsync("inspect", Path.Combine(run, "model.onnx"), "--json")).Output);
        model.RootElement.GetProperty("constants").EnumerateArray().Single(constant => constant.GetProperty("name").GetString() == "linear1_weight").GetProperty("bytes").GetInt64().Should().Be(4 * 100 * 3072);
    }

    [Fact]
    public async Task A_pass_that_is_none_is_refused()
    {
        ToolResult result = await Tool.RunAsync("export", _folder.Path, "--skip-pass", "fold");

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("error: There is no graph pass 'fold' to skip; the passes are fold-constants, ");
    }

    [Fact]
    public async Task Inspect_shows_a_run_a_checkpoint_a_model_a_data_set_and_a_preset()
    {
        string run = _folder["run"];
        (await Tool.RunAsync("run", "--data", "synthetic:300", "--epochs", "1", "--out", run)).ExitCode.Should().Be(0);

        (await Tool.RunAsync("inspect", run)).Output.Should().Contain("batchnorm1").And.Contain("test accuracy");
        (await Tool.RunAsync("inspect", Path.Combine(run, "checkpoint.safetensors"))).Output.Should().Contain("optimizer.momentum.linear1.weight").And.Contain("[100, 3072]");
        (await Tool.RunAsync("inspect", Path.Combine(run, "model.onnx"))).Output.Should().Contain("BatchNormalization").And.Contain("input: float[N, 3, 32, 32]");
        (await Tool.RunAsync("inspect", "synthetic:100")).ExitCode.Should().Be(0);
        using JsonDocument preset = JsonDocument.Parse((await Tool.RunAsync("inspect", "cnn")).Output);
        preset.RootElement.GetProperty("layers").GetArrayLength().Should().Be(13);
        foreach (string target in (string[])[run, Path.Combine(run, "checkpoint.safetensors"), Path.Combine(run, "model.onnx"), "synthetic:100"])
        {
            using JsonDocument document = JsonDocument.Parse((await Tool.RunAsync("inspect", target, "--json")).Output);
            document.RootElement.ValueKind.Should().Be(JsonValueKind.Object);
        }
    }

    [Theory]
    [InlineData("run")]
    [InlineData("train")]
    [InlineData("export")]
    [InlineData("quantize")]
    [InlineData("verify")]
    [InlineData("report")]
    [InlineData("inspect")]
    [InlineData("data", "fetch")]
    [InlineData("data", "stats")]
    [InlineData("data", "show")]
    public async Task Help_shows_an_example_and_the_defaults(params string[] verb)
    {
        ToolResult result = await Tool.RunAsync([.. verb, "--help"]);

        result.ExitCode.Should().Be(0);
        result.Output.Should().Contain($"Example:\n    onnxinit {string.Join(' ', verb)}");
        if (verb[0] == "train")
        {
            result.Output.Should().Contain("[default: 0.001]").And.Contain("[default: kaiming-uniform]").And.Contain("[default: 17]");
        }
    }

    [Fact]
    public async Task Data_show_writes_a_contact_sheet()
    {
        ToolResult result = await Tool.RunAsync("data", "show", "--data", "synthetic:100", "--index", "3", "--count", "12", "--png", _folder["sheet.png"]);

        result.ExitCode.Should().Be(0, result.Error);
        File.ReadAllBytes(_folder["sheet.png"]).AsSpan(1, 3).ToArray().Should().Equal("PNG"u8.ToArray());
        (await Tool.RunAsync("data", "show", "--data", "synthetic:100", "--index", "99", "--count", "2")).Error.Should().Be(
            "error: --index 99 --count 2 is outside of the set; expected images from 0 to 99.\n");
        (await Tool.RunAsync("data", "show", "--data", "synthetic:3000", "--count", "2001", "--png", _folder["large.png"])).Error.Should().Be(
            "error: A contact sheet of 2,001 images is too large; expected at most 2,000. Choose fewer with --count.\n");
    }
}

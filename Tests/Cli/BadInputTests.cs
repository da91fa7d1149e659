using System.Text;
using OnnxInit.Contracts.Data;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Cli;

/// <summary>Bad input ends with exit code 2 and one message on standard error, without a stack trace, and leaves nothing behind.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--epochs 0", "error: The training options are impossible: epochs is 0, expected at least 1.")]
    [InlineData("--batch-size -4", "error: The training options are impossible: batch size is -4, expected at least 1.")]
    [InlineData("--lr 0 --epochs -1", "error: The training options are impossible: epochs is -1, expected at least 1; learning rate is 0, expected a number above 0.")]
    [InlineData("--lr abc", "error: --lr is 'abc'; expected a number such as 0.001 or 1e-3.\nSee 'onnxinit train --help'.")]
    [InlineData("--lr 0,1", "error: --lr is '0,1'; expected a number such as 0.001 or 1e-3.\nSee 'onnxinit train --help'.")]
    [InlineData("--clip-norm 1,5", "error: --clip-norm is '1,5'; expected a number such as 0.001 or 1e-3.\nSee 'onnxinit train --help'.")]
    [InlineData("--threads 100000", "error: The number of threads is 100000; expected 1 to 1024.")]
    [InlineData("--depth 7 --no-batchnorm", "error: --depth, --no-batchnorm shape the network mlp-deep only, and the network is 'mlp'. Leave them out, or choose --model mlp-deep.")]
    [InlineData("--init he", "error: There is no initialisation 'he'; expected one of kaiming-uniform, kaiming-normal, kaiming-uniform-fan-out, kaiming-normal-fan-out, kaiming-truncated-normal, xavier-uniform, xavier-normal, lecun-uniform, lecun-normal, pytorch, orthogonal, delta-orthogonal, looks-linear, identity, dirac, sparse, zeros, lsuv, fixup, rezero, constant:VALUE, normal:STD, truncated-normal:STD, uniform:BOUND, orthogonal:GAIN, delta-orthogonal:GAIN, sparse:SPARSITY.")]
    [InlineData("--model resnet", "error: There is no network 'resnet': neither a preset (mlp, mlp-deep, cnn) nor a file.")]
    [InlineData("--device tpu", "error: There is no device 'tpu'; expected auto, cuda, cuda:INDEX, mps or cpu.")]
    [InlineData("--threads 0", "error: --threads is 0; expected at least 1.")]
    [InlineData("--model mlp-deep --depth 0", "error: --depth is 0; expected at least 1.")]
    [InlineData("--model mlp-deep --depth 2 --width 0", "error: The network 'mlp-deep' is impossible: layer 1 'linear1' has outFeatures 0; expected at least 1.")]
    public async Task Options_that_make_no_sense_are_refused_before_anything_is_written(string options, string expected)
    {
        string run = _folder["run"];

        ToolResult result = await Tool.RunAsync(["train", "--data", "synthetic:100", "--out", run, .. options.Split(' ')]);

        result.Should().Be(new ToolResult(2, string.Empty, expected + "\n"));
        Directory.Exists(run).Should().BeFalse();
    }

    [Theory]
    [InlineData("--provider", "cdua")]
    [InlineData("--opset", "12")]
    [InlineData("--tolerance", "-1")]
    public async Task Run_refuses_what_only_its_last_steps_need_before_it_trains(string option, string value)
    {
        ToolResult result = await Tool.RunAsync("run", "--data", "synthetic:100", "--out", _folder["run"], option, value);

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("error: ").And.Contain(value);
        Directory.Exists(_folder["run"]).Should().BeFalse();
    }

    [Fact]
    public async Task An_empty_argument_is_refused()
    {
        foreach (string[] line in (string[][])[["inspect", ""], ["train", "--out", ""], ["data", "show", "--png", ""]])
        {
            (await Tool.RunAsync(line)).Should().Be(new ToolResult(2, string.Empty, "error: An argument is empty; expected a value. Is a variable of the shell not set?\n"));
        }
    }

    [Fact]
    public async Task A_network_that_does_not_fit_into_memory_is_refused_in_one_line()
    {
        ToolResult result = await Tool.RunAsync("train", "--data", "synthetic:100", "--model", "mlp-deep", "--width", "1000000000", "--out", _folder["run"]);

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("error: Layer 'linear1' ([3072] to [1000000000]) cannot be made: ").And.EndWith("Make it smaller.\n").And.NotContain("frame #");
    }

    [Theory]
    [InlineData("\"std\": [\n        0.", "\"std\": [\n        -0.")]
    [InlineData("\"columns\",", "")]
    [InlineData("\"threads\": ", "\"threads\": 99999")]
    public async Task A_damaged_record_of_a_run_is_refused(string part, string damaged)
    {
        string run = await TrainAsync();
        string manifest = Path.Combine(run, "run.json");
        string text = File.ReadAllText(manifest);
        text.Should().Contain(part);
        File.WriteAllText(manifest, text.Replace(part, damaged, StringComparison.Ordinal));

        ToolResult result = await Tool.RunAsync("train", "--resume", run);

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("error: ").And.NotContain("defect").And.NotContain("   at ");
    }

    [Fact]
    public async Task A_misspelt_option_is_named()
    {
        ToolResult result = await Tool.RunAsync("train", "--epcohs", "3");

        result.ExitCode.Should().Be(2);
        result.Error.Should().Be("error: Unrecognized command or argument '--epcohs'.\nerror: Unrecognized command or argument '3'.\nSee 'onnxinit train --help'.\n");
    }

    [Fact]
    public async Task A_data_folder_without_data_names_every_missing_file()
    {
        ToolResult result = await Tool.RunAsync("train", "--data", _folder.Path, "--out", _folder["run"]);

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("error: ").And.Contain("data_batch_1.bin").And.NotContain("   at ");
    }

    [Fact]
    public async Task A_truncated_data_file_is_refused_with_the_size_expected_and_found()
    {
        WriteCifar10(batch => batch == "data_batch_3.bin" ? 12345 : Cifar10Bytes);

        ToolResult result = await Tool.RunAsync("data", "stats", "--data", _folder.Path);

        result.ExitCode.Should().Be(2);
        result.Error.Should().Contain("data_batch_3.bin").And.Contain("30,730,000").And.Contain("12,345").And.NotContain("   at ");
    }

    [Fact]
    public async Task A_label_above_9_is_refused_with_its_file_and_record()
    {
        WriteCifar10(_ => Cifar10Bytes);
        using (FileStream file = File.OpenWrite(_folder["test_batch.bin"]))
        {
            file.Position = 3073 * 41;
            file.WriteByte(10);
        }

        ToolResult result = await Tool.RunAsync("data", "stats", "--data", _folder.Path);

        result.ExitCode.Should().Be(2);
        result.Error.Should().Contain("test_batch.bin").And.Contain("41").And.Contain("10");
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("{\"name\":\"x\",\"input\":[3,32,32],\"layers\":[{\"type\":\"linear\",\"outFeatures\":10}]}", "layer 0 'linear1' takes one axis and is given [3, 32, 32]; put a flatten before it")]
    [InlineData("{\"name\":\"x\",\"input\":[3,32,32],\"layers\":[{\"type\":\"flatten\"},{\"type\":\"linear\",\"outFeatures\":7}]}", "there are 10 classes")]
    [InlineData("{\"name\":\"x\",\"input\":[3,32,32],\"layers\":[{\"type\":\"conv2d\",\"outChannels\":4,\"kernelSize\":99}]}", "the window does not fit")]
    public async Task A_specification_that_is_broken_or_impossible_is_refused(string json, string expected)
    {
        File.WriteAllText(_folder["spec.json"], json);

        ToolResult result = await Tool.RunAsync("train", "--data", "synthetic:100", "--model", _folder["spec.json"], "--out", _folder["run"]);

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("error: ").And.Contain(expected).And.NotContain("   at ");
        Directory.Exists(_folder["run"]).Should().BeFalse();
    }

    [Fact]
    public async Task A_safetensors_file_that_lies_about_its_header_is_refused()
    {
        byte[] lie = new byte[64];
        BitConverter.TryWriteBytes(lie, long.MaxValue);
        File.WriteAllBytes(_folder["x.safetensors"], lie);
        File.WriteAllBytes(_folder["short.safetensors"], [1, 2, 3]);

        foreach (string file in (string[])["x.safetensors", "short.safetensors"])
        {
            (await Tool.RunAsync("inspect", _folder[file])).ExitCode.Should().Be(2);
            ToolResult result = await Tool.RunAsync("export", _folder[file]);
            result.ExitCode.Should().Be(2);
            result.Error.Should().StartWith("error: ").And.Contain(file).And.NotContain("   at ");
        }

        Directory.GetFiles(_folder.Path).Should().HaveCount(2);
    }

    [Fact]
    public async Task An_onnx_file_that_is_none_is_refused()
    {
        File.WriteAllText(_folder["x.onnx"], "this is no model");
        string run = await TrainAsync();

        ToolResult inspected = await Tool.RunAsync("inspect", _folder["x.onnx"]);
        ToolResult verified = await Tool.RunAsync("verify", run, "--model", _folder["x.onnx"]);

        inspected.ExitCode.Should().Be(2);
        inspected.Error.Should().Contain("is no ONNX model");
        verified.ExitCode.Should().Be(2);
        verified.Error.Should().StartWith("error: ").And.Contain("x.onnx").And.NotContain("   at ");
        File.Exists(Path.Combine(run, "parity.json")).Should().BeFalse();
    }

    [Fact]
    public async Task A_run_folder_of_another_version_is_refused()
    {
        string run = await TrainAsync();
        string manifest = Path.Combine(run, "run.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"formatVersion\": 1", "\"formatVersion\": 2", StringComparison.Ordinal));

        foreach (string[] verb in (string[][])[["train", "--resume", run], ["export", run], ["verify", run], ["inspect", run]])
        {
            ToolResult result = await Tool.RunAsync(verb);
            result.Should().Be(new ToolResult(2, string.Empty, $"error: '{manifest}' is of version 2; this program reads version 1. Use the version of OnnxInit that wrote it.\n"));
        }
    }

    [Fact]
    public async Task A_folder_that_is_no_run_is_refused()
    {
        (await Tool.RunAsync("verify", _folder["nothing"])).Error.Should().Be($"error: There is no run folder '{_folder["nothing"]}'. Name the folder that 'onnxinit train --out' wrote.\n");
        (await Tool.RunAsync("train", "--resume", _folder.Path)).Error.Should().Be($"error: '{_folder.Path}' holds no run: run.json is missing. Name the folder that 'onnxinit train --out' wrote.\n");
    }

    [Fact]
    public async Task A_folder_that_holds_a_run_is_not_trained_into_again()
    {
        string run = await TrainAsync();
        byte[] before = File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors"));

        ToolResult result = await Tool.RunAsync("train", "--data", "synthetic:100", "--out", run);

        result.Should().Be(new ToolResult(2, string.Empty, $"error: '{run}' already holds a run. Go on with it (--resume), or choose another folder (--out).\n"));
        File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors")).Should().Equal(before);
    }

    [Fact]
    public async Task What_made_a_run_cannot_be_changed_when_it_is_resumed()
    {
        ToolResult result = await Tool.RunAsync("train", "--resume", await TrainAsync(), "--lr", "1", "--model", "cnn");

        result.Should().Be(new ToolResult(2, string.Empty, "error: A run is resumed as it began: --model, --lr cannot be given with --resume.\n"));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "writes to /proc");

        ToolResult result = await Tool.RunAsync("train", "--data", "synthetic:100", "--out", "/proc/onnxinit");

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("error: Cannot write '/proc/onnxinit/checkpoint.safetensors': ").And.EndWith("Nothing was changed there. Choose another folder, or make room.\n");
    }

    [Fact]
    public async Task A_disk_that_fills_up_loses_nothing_that_was_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits the size of files with ulimit");
        string run = await TrainAsync();
        byte[] before = File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors"));

        // Files may not grow beyond 1 MiB; the checkpoint is 2.4 MB.
        ToolResult result = await Tool.EndAsync(Tool.StartAfter("trap '' XFSZ; ulimit -f 1024; export DOTNET_EnableWriteXorExecute=0", "train", "--resume", run, "--epochs", "2"));

        result.ExitCode.Should().Be(2, result.Error);
        result.Error.Should().StartWith("error: Cannot write '").And.Contain("Nothing was changed there");
        File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors")).Should().Equal(before);
        Directory.GetFiles(run).Should().NotContain(file => file.EndsWith(".part", StringComparison.Ordinal));
        (await Tool.EndAsync(Tool.Start("train", "--resume", run, "--epochs", "2"))).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task A_provider_that_is_absent_is_named_with_those_that_are_there()
    {
        string run = await TrainAsync();
        (await Tool.RunAsync("export", run)).ExitCode.Should().Be(0);

        ToolResult result = await Tool.RunAsync("verify", run, "--provider", "cuda");

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("error: ").And.Contain("cpu").And.Contain("-p:Accelerator=cuda");
    }

    [Fact]
    public async Task A_training_that_diverges_ends_with_1_and_says_where()
    {
        ToolResult result = await Tool.RunAsync("train", "--data", "synthetic:500", "--model", "mlp-deep", "--depth", "2", "--no-batchnorm", "--lr", "1e30", "--out", _folder["run"]);

        result.ExitCode.Should().Be(1);
        result.Error.Should().MatchRegex("^error: The training stopped at step \\d+: the loss is (NaN|infinite)\\. .*'linear\\d'.*\n$");
    }

    [Fact]
    public async Task Verbose_adds_the_stack_trace()
    {
        (await Tool.RunAsync("inspect", _folder["x.onnx"], "--verbose")).Error.Should().StartWith("error: ").And.Contain("   at OnnxInit.");
    }

    private const int Cifar10Bytes = 10_000 * 3073;

    private async Task<string> TrainAsync()
    {
        string run = _folder["trained"];
        ToolResult result = await Tool.RunAsync("train", "--data", "synthetic:200", "--epochs", "1", "--out", run);
        result.ExitCode.Should().Be(0, result.Error);
        return run;
    }

    /// <summary>All files of the binary format, full of zeros, which is a valid data set of one class.</summary>
    private void WriteCifar10(Func<string, int> size)
    {
        foreach (string name in (string[])["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"])
        {
            using FileStream file = File.Create(_folder[name]);
            file.SetLength(size(name)); // sparse
        }

        File.WriteAllText(_folder["batches.meta.txt"], string.Join('\n', SyntheticImages.ClassNames.Select((_, i) => $"class{i}")) + "\n\n", Encoding.ASCII);
    }
}

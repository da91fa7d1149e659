using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Training;
using TorchSharp;

namespace OnnxInit.Tests.Training;

/// <summary>What a run refuses, and that it leaves everything as it was.</summary>
public sealed class TrainingRunRefusalTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_folder_that_holds_a_run()
    {
        _run.Train();

        Refused(() => _run.Start(), $"'{_run.Folder.Path}' already holds a run. Go on with it (--resume), or choose another folder (--out).");
    }

    [Theory]
    [InlineData("fixup", "Fixup is for residual networks, and this one has no ResidualBlock. Use a residual network, or another initialisation.")]
    [InlineData("rezero", "ReZero is for residual networks, *")]
    public void A_scheme_that_does_not_suit_the_network(string scheme, string message) =>
        Refused(() => _run.Start(SmallRun.Configuration with { Initialization = scheme }), message);

    [Fact]
    public void Resuming_where_there_is_no_run()
    {
        Refused(() => _run.Resume(), $"There is no run folder '{_run.Folder.Path}'. Name the folder that 'onnxinit train --out' wrote.");
        Directory.CreateDirectory(_run.Folder.Path);
        Refused(() => _run.Resume(), $"'{_run.Folder.Path}' holds no run: run.json is missing. Name the folder that 'onnxinit train --out' wrote.");
    }

    [Fact]
    public void Resuming_beyond_a_limit_of_steps_without_raising_it()
    {
        _run.Train(SmallRun.Configuration with { MaxSteps = 7 });

        Refused(() => _run.Resume(epochs: 9), $"The run '{_run.Folder.Path}' has made the 7 steps that it was limited to. Go on with more: --max-steps.");
        Refused(() => _run.Resume(maxSteps: 6), $"The run '{_run.Folder.Path}' has 7 steps behind it; expected at least as many, and 6 were asked for.");
    }

    [Fact]
    public void Resuming_with_other_images()
    {
        _run.Train();
        ImageDataset others = DatasetSource.Open("synthetic:60:1");

        Refused(
            () => TrainingRun.Resume(_run.Folder, others),
            $"The run '{_run.Folder.Path}' was trained on synthetic with digest {SmallRun.Images.Digest}, and these images have {others.Digest}. Name the same data with --data.");
    }

    [Theory]
    [InlineData("2", "2")]
    [InlineData("\"1\"", null)]
    [InlineData("1.5", "unknown")]
    public void A_run_of_another_format(string version, string? found)
    {
        _run.Train();
        File.WriteAllText(_run.Folder.Manifest, File.ReadAllText(_run.Folder.Manifest).Replace("\"formatVersion\": 1", $"\"formatVersion\": {version}", StringComparison.Ordinal));

        Refused(() => _run.Resume(), found is null
            ? $"'{_run.Folder.Manifest}' cannot be read: *"
            : $"'{_run.Folder.Manifest}' is of version {found}; this program reads version 1. Use the version of OnnxInit that wrote it.");
    }

    [Theory]
    [InlineData("\"seed\": 17,", "")]
    [InlineData("\"dataset\": {", "\"dataset\": null, \"other\": {")]
    [InlineData("\"model\": {", "\"model\": null, \"other\": {")]
    [InlineData("\"type\": \"linear\"", "\"type\": \"lstm\"")]
    [InlineData("}", "")]
    public void A_run_json_that_is_damaged(string text, string replacement)
    {
        _run.Train();
        string json = File.ReadAllText(_run.Folder.Manifest);
        json.Should().Contain(text);
        File.WriteAllText(_run.Folder.Manifest, json.Replace(text, replacement, StringComparison.Ordinal));

        Refused(() => _run.Resume(), $"'{_run.Folder.Manifest}' cannot be read: *Restore it, or train again into another folder.");
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.001)]
    [InlineData(0)]
    public void A_checkpoint_that_was_cut_off(double part)
    {
        _run.Train();
        byte[] content = File.ReadAllBytes(_run.Folder.Checkpoint);
        File.WriteAllBytes(_run.Folder.Checkpoint, content[..(int)(content.Length * part)]);

        Refused(() => _run.Resume(), $"Cannot read '{_run.Folder.Checkpoint}' as a safetensors file: *");
    }

    [Fact]
    public void A_checkpoint_that_is_missing()
    {
        _run.Train();
        File.Delete(_run.Folder.Checkpoint);

        Refused(() => _run.Resume(), $"Cannot open '{_run.Folder.Checkpoint}': *");
    }

    [Fact]
    public void A_checkpoint_of_another_network()
    {
        using SmallRun other = new();
        other.Train(model: SmallRun.WithoutBatchNorm);
        _run.Train();
        File.Copy(other.Folder.Checkpoint, _run.Folder.Checkpoint, overwrite: true);

        Refused(() => _run.Resume(), $"'{_run.Folder.Checkpoint}' does not fit the model: 'optimizer.momentum.linear1.bias' is not in the model;*'batchnorm1.weight' is missing;*'linear2.weight' is [16, 16], expected [10, 16];*");
    }

    [Fact]
    public void Momentum_that_does_not_fit_its_parameter()
    {
        _run.Train();
        _run.EditCheckpoint(tensors => tensors["optimizer.momentum.linear2.bias"] = torch.zeros(3));

        Refused(() => _run.Resume(), $"'{_run.Folder.Checkpoint}' does not fit the model: 'optimizer.momentum.linear2.bias' is [3], expected [10].*");
    }

    [Fact]
    public void Fewer_epochs_than_are_done()
    {
        _run.Train();

        Refused(() => _run.Resume(epochs: 2), $"The run '{_run.Folder.Path}' has 3 epochs behind it; expected at least as many, and 2 were asked for.");
    }

    [Fact]
    public void Batches_of_one_image_where_BatchNorm_has_one_value_per_channel()
    {
        // 48 = 47 + 1.
        const string message = "48 training images in batches of {0} leave a batch of one image, which BatchNorm cannot train on. Choose another batch size.";
        Refused(() => _run.Start(SmallRun.Configuration with { BatchSize = 47 }), message.Replace("{0}", "47", StringComparison.Ordinal));
        Refused(() => _run.Start(SmallRun.Configuration with { BatchSize = 1 }), message.Replace("{0}", "1", StringComparison.Ordinal));
    }

    [Fact]
    public void Batches_of_one_image_are_fine_for_BatchNorm_over_pixels_and_without_BatchNorm()
    {
        ModelSpec pixels = new("pixels", [3, 32, 32], [new Conv2dSpec(2, 3), new BatchNormSpec(), new FlattenSpec(), new LinearSpec(10)]);
        using SmallRun other = new();

        FluentActions.Invoking(() => _run.Train(SmallRun.Configuration with { Epochs = 1, BatchSize = 47 }, pixels)).Should().NotThrow();
        FluentActions.Invoking(() => other.Train(SmallRun.Configuration with { Epochs = 1, BatchSize = 47 }, SmallRun.WithoutBatchNorm)).Should().NotThrow();
    }

    [Fact]
    public void A_validation_fraction_that_holds_no_image_out() =>
        // 0.005 x 60 = 0.3.
        Refused(
            () => _run.Start(SmallRun.Configuration with { ValidationFraction = 0.005 }),
            "A validation fraction of 0.005 of 60 images holds none out. Use a larger fraction or more images.");

    [Fact]
    public void A_network_for_other_images() =>
        Refused(
            () => _run.Start(model: new("small", [1, 28, 28], [new FlattenSpec(), new LinearSpec(10)])),
            "The network 'small' takes [1, 28, 28], and the images are [3, 32, 32]. Change the network's input.");

    [Fact]
    public void A_network_for_other_classes() =>
        Refused(
            () => _run.Start(model: new("small", [3, 32, 32], [new FlattenSpec(), new LinearSpec(7)])),
            "The network 'small' gives [7], and there are 10 classes. End it with a linear layer of 10.");

    [Fact]
    public void Impossible_options_and_unknown_schemes()
    {
        Refused(() => _run.Start(SmallRun.Configuration with { Epochs = 0 }), "The training options are impossible: epochs is 0, expected at least 1.");
        Refused(() => _run.Start(SmallRun.Configuration with { Initialization = "zero" }), "There is no initialisation 'zero'; expected one of *");
    }

    [Fact]
    public void No_threads() =>
        Refused(
            () => TrainingRun.Start(_run.Folder, SmallRun.WithBatchNorm, SmallRun.Configuration, SmallRun.Images, SmallRun.Source, torch.CPU, threads: 0),
            "The number of threads is 0; expected 1 to 1024.");

    private void Refused(Func<TrainingRun> open, string message)
    {
        Dictionary<string, string> before = Content();
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        open.Should().Throw<InvalidInputException>().WithMessage(message);
        Content().Should().Equal(before);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(live);
    }

    private Dictionary<string, string> Content() => Directory.Exists(_run.Folder.Path)
        ? Directory.GetFiles(_run.Folder.Path).ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)))
        : [];
}

using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;
using OnnxInit.Contracts.Safetensors;
using OnnxInit.Training.Checkpoints;
using OnnxInit.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private readonly SmallRun _run = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void A_checkpoint_holds_weights_statistics_and_momentum_under_their_names()
    {
        _run.Train();

        using SafetensorsFile file = SafetensorsFile.Open(_run.Folder.Checkpoint);
        file.Tensors.Keys.Should().BeEquivalentTo(
            "linear1.weight", "batchnorm1.weight", "batchnorm1.bias", "batchnorm1.running_mean", "batchnorm1.running_var", "batchnorm1.num_batches_tracked", "linear2.weight", "linear2.bias",
            "optimizer.momentum.linear1.weight", "optimizer.momentum.batchnorm1.weight", "optimizer.momentum.batchnorm1.bias",
            "optimizer.momentum.linear2.weight", "optimizer.momentum.linear2.bias");
        file.Metadata["format"].Should().Be("pt");
    }

    [Fact]
    public void It_says_where_the_training_stood()
    {
        RunManifest run = _run.Train();

        (RunManifest recorded, TrainingState state) = Checkpoint.ReadState(_run.Folder.Checkpoint);

        (state.Step, state.StepInEpoch, state.BestEpoch).Should().Be((15, 0, run.BestEpoch));
        state.Epochs.Should().Equal(run.Epochs);
        state.Schedule.LearningRate.Should().Be(0.01);
        recorded.Model.Should().Be(run.Model);
    }

    [Fact]
    public void The_network_comes_back_in_eval_mode()
    {
        _run.Train();

        (nn.Module<Tensor, Tensor> model, _, _) = Checkpoint.LoadModel(_run.Folder.Checkpoint);

        model.training.Should().BeFalse();
        model.call(zeros(2, 3, 32, 32)).shape.Should().Equal(2, 10);
    }

    [Theory]
    [InlineData("onnxinit.version", "2", "'*' is a checkpoint of version 2; this program reads version 1. Use the version of OnnxInit that wrote it.")]
    [InlineData("onnxinit.run", "{}", "'*': the checkpoint's metadata cannot be read: * Use another checkpoint.")]
    [InlineData("onnxinit.state", "{}", "'*': the checkpoint's metadata cannot be read: * Use another checkpoint.")]
    [InlineData("onnxinit.state", """{"schedule":{}}""", "'*': the checkpoint's metadata cannot be read: * Use another checkpoint.")]
    [InlineData("onnxinit.state", "null", "'*': the checkpoint's metadata cannot be read: * Use another checkpoint.")]
    [InlineData("onnxinit.state", null, "'*' is a safetensors file but no checkpoint of a run: its metadata lacks onnxinit.version, onnxinit.run or onnxinit.state. Load bare weights with TensorFile.LoadInto.")]
    public void Metadata_that_cannot_be_used_is_an_error(string key, string? value, string message)
    {
        _run.Train();
        Dictionary<string, string> metadata;
        using (SafetensorsFile file = SafetensorsFile.Open(_run.Folder.Checkpoint))
        {
            metadata = new(file.Metadata);
        }

        metadata.Remove(key);
        if (value is not null)
        {
            metadata[key] = value;
        }

        TensorFile.Save(_run.Folder.Checkpoint, TensorFile.Load(_run.Folder.Checkpoint), metadata);

        FluentActions.Invoking(() => Checkpoint.ReadState(_run.Folder.Checkpoint)).Should().Throw<InvalidInputException>().WithMessage(message);
    }

    [Fact]
    public void A_network_and_a_momentum_that_do_not_fit_stay_as_they_were()
    {
        _run.Train();
        _run.EditCheckpoint(tensors => tensors["optimizer.momentum.linear2.bias"] = zeros(3));
        TorchSharp.Modules.Sequential model = OnnxInit.Training.Models.ModelBuilder.Build(SmallRun.WithBatchNorm);
        using MomentumSgd optimizer = new(model, 0.9);
        byte[] before = model.state_dict()["linear1.weight"].bytes.ToArray();

        FluentActions.Invoking(() => Checkpoint.Load(_run.Folder.Checkpoint, model, optimizer)).Should().Throw<InvalidInputException>();

        model.state_dict()["linear1.weight"].bytes.ToArray().Should().Equal(before);
        optimizer.Buffers.Should().BeEmpty();
    }
}

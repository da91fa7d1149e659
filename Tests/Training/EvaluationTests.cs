using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Training;
using OnnxInit.Training.Data;
using OnnxInit.Training.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

public sealed class EvaluationTests : IDisposable
{
    // 250 images of class 0, then 50 of class 1.
    private static readonly ImageSet Images = new(new(1, 1, 2), new byte[600], [.. Enumerable.Repeat((byte)0, 250), .. Enumerable.Repeat((byte)1, 50)]);
    private static readonly int[] All = [.. Enumerable.Range(0, 300)];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly HostBatches _batches = new(Images, new Normalization([0.5], [0.5]));
    private readonly Sequential _network = ModelBuilder.Build(new("constant", [1, 1, 2], [new FlattenSpec(), new BatchNormSpec(), new LinearSpec(2)]));

    public EvaluationTests()
    {
        // Whatever the image, the logits are (ln 3, 0), the probabilities 3/4 and 1/4.
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> state = _network.state_dict();
        state["linear1.weight"].zero_();
        state["linear1.bias"].copy_(tensor(new[] { MathF.Log(3), 0 }));
    }

    public void Dispose()
    {
        _batches.Dispose();
        _network.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Every_image_counts_the_same_although_the_last_batch_is_smaller()
    {
        Evaluation evaluation = Evaluation.Of(_network, _batches, All);

        // (250 ln(4/3) + 50 ln 4) / 300 = (71.92052 + 69.31472) / 300; the mean of the two batches' means would be 0.837.
        evaluation.Loss.Should().BeApproximately(0.4707841, 1e-6);
        evaluation.Accuracy.Should().Be(250.0 / 300);
    }

    [Fact]
    public void Only_the_images_asked_for_count() => Evaluation.Of(_network, _batches, new[] { 0, 250, 1, 2 }).Accuracy.Should().Be(0.75);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_mode_is_eval_meanwhile_and_as_before_afterwards(bool training)
    {
        _network.train(training);
        List<bool> modes = [];

        Evaluation.Of(_network, _batches, All, _ => modes.Add(_network.training), CancellationToken.None);

        modes.Should().Equal(false, false);
        _network.training.Should().Be(training);
        _network.state_dict()["batchnorm1.num_batches_tracked"].item<long>().Should().Be(0);
    }

    [Fact]
    public void Logits_are_handed_out_by_the_batch_and_without_gradients()
    {
        List<(long Images, long Classes, bool Gradient)> received = [];

        Evaluation.Of(_network, _batches, All, logits => received.Add((logits.shape[0], logits.shape[1], logits.requires_grad)), CancellationToken.None);

        received.Should().Equal((250, 2, false), (50, 2, false));
        is_grad_enabled().Should().BeTrue();
    }

    [Fact]
    public void Cancelling_stops_it_and_restores_the_mode()
    {
        _network.train();
        using CancellationTokenSource source = new();
        int batches = 0;

        Action evaluate = () => Evaluation.Of(_network, _batches, All, _ =>
        {
            batches++;
            source.Cancel();
        }, source.Token);

        evaluate.Should().Throw<OperationCanceledException>();
        batches.Should().Be(1);
        _network.training.Should().BeTrue();
    }

    [Fact]
    public void Nothing_to_evaluate_is_an_error() =>
        FluentActions.Invoking(() => Evaluation.Of(_network, _batches, ReadOnlyMemory<int>.Empty)).Should().Throw<ArgumentException>().WithMessage("There are no images to evaluate on.*");
}

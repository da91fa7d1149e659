using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Data;
using OnnxInit.Training.Optimization;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies;

/// <summary>A training that a study looks at: no checkpoints, a constant learning rate, and an end where the numbers end.</summary>
internal sealed class ShortTraining : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly ImageDataset _data;
    private readonly TrainingConfiguration _configuration;
    private readonly HostBatches _batches;
    private readonly MomentumSgd _optimizer;

    /// <summary>Prepares it.</summary>
    /// <param name="model">The network, initialised; it stays the caller's.</param>
    /// <param name="data">What it learns.</param>
    /// <param name="configuration">
    /// Epochs or steps (the fewer), batch size, learning rate, momentum, clipping, and the seed of the order. The rest has no meaning here: nothing
    /// is held out, and all training images are learnt.
    /// </param>
    public ShortTraining(nn.Module<Tensor, Tensor> model, ImageDataset data, TrainingConfiguration configuration)
    {
        (_model, _data, _configuration) = (model, data, configuration);
        _batches = new(data.Train, data.Normalization);
        _optimizer = new(model, configuration.Momentum);
    }

    /// <summary>Trains to the end of the budget, or until a loss or a gradient is not finite, which is a result and no error.</summary>
    /// <param name="observe">Is told the number of updates made and the loss before the last of them; null for nobody.</param>
    /// <param name="cancellation">Stops before the next step.</param>
    /// <returns>What was seen.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public LossCurve Run(Action<int, double>? observe = null, CancellationToken cancellation = default)
    {
        TrainingStep step = new(_model, _optimizer, _batches, _configuration);
        int[] train = [.. Enumerable.Range(0, _data.Train.Count)];
        int batchSize = Math.Min(_configuration.BatchSize, train.Length);
        int stepsOfAnEpoch = train.Length / batchSize; // a last batch that is not full would be noisier than the others
        long steps = Math.Min(_configuration.MaxSteps ?? long.MaxValue, (long)_configuration.Epochs * stepsOfAnEpoch);
        (List<double> losses, List<double> norms, List<double> clippedEntries, List<bool> scaled) = ([], [], [], []);
        int[] order = [];
        _model.train();
        for (int i = 0; i < steps; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (i % stepsOfAnEpoch == 0)
            {
                order = EpochOrder.Of(train, _configuration.Seed, (i / stepsOfAnEpoch) + 1);
            }

            try
            {
                (double loss, ClippedGradient clipped) = step.Run(order.AsSpan(i % stepsOfAnEpoch * batchSize, batchSize), _configuration.LearningRate, i + 1);
                losses.Add(loss);
                norms.Add(clipped.Norm);
                clippedEntries.Add(clipped.Entries == 0 ? 0 : (double)clipped.ClippedEntries / clipped.Entries);
                scaled.Add(clipped.Scaled);
            }
            catch (NonFiniteException)
            {
                losses.Add(double.NaN);
                break;
            }

            observe?.Invoke(i + 1, losses[^1]);
        }

        return new(losses, norms, clippedEntries, scaled);
    }

    /// <summary>The share of the test images that are classified correctly, 0 to 1.</summary>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public double TestAccuracy(CancellationToken cancellation = default)
    {
        using HostBatches batches = new(_data.Test, _data.Normalization);
        return Evaluation.Of(_model, batches, Enumerable.Range(0, _data.Test.Count).ToArray(), cancellation).Accuracy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batches.Dispose();
        _optimizer.Dispose();
    }
}

using OnnxInit.Contracts.Data;
using OnnxInit.Training.Data;
using OnnxInit.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies;

/// <summary>How a study trains a network: so many steps of SGD at a constant learning rate.</summary>
/// <param name="Steps">Updates.</param>
/// <param name="BatchSize">Images of one update.</param>
/// <param name="LearningRate">The step size.</param>
/// <param name="Momentum">0 for none.</param>
public sealed record TrainingBudget(int Steps, int BatchSize, double LearningRate, double Momentum = 0);

/// <summary>Trains a network for a fixed number of steps, and lets a study look at it in between.</summary>
internal static class ObservedTraining
{
    /// <summary>Trains. The order of the images is a function of (seed, epoch); a last batch that is not full is left out.</summary>
    /// <param name="model">The network, [N, C, H, W] -> logits [N, K].</param>
    /// <param name="images">What it learns.</param>
    /// <param name="normalization">How pixels become inputs.</param>
    /// <param name="budget">How long and how fast.</param>
    /// <param name="seed">The order of the images.</param>
    /// <param name="observe">Is called before the first update with 0, and after every update with the number of updates; null when nobody looks.</param>
    /// <param name="cancellation">Stops before the next update.</param>
    /// <returns>The mean loss of every batch before its update; as many as <see cref="TrainingBudget.Steps"/>, or fewer when the last of them is not finite, after which nothing was updated.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<double> Run(
        nn.Module<Tensor, Tensor> model, ImageSet images, Normalization normalization, TrainingBudget budget, long seed, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        int batchSize = Math.Min(budget.BatchSize, images.Count);
        using HostBatches batches = new(images, normalization);
        using MomentumSgd optimizer = new(model, budget.Momentum);
        List<double> losses = new(budget.Steps);
        int[] order = [];
        int epoch = 0;
        int position = 0;
        model.train();
        observe?.Invoke(0);
        while (losses.Count < budget.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            if (position + batchSize > order.Length)
            {
                order = EpochOrder.Of(Enumerable.Range(0, images.Count), seed, ++epoch);
                position = 0;
            }

            using DisposeScope scope = NewDisposeScope();
            (Tensor input, Tensor labels) = batches.Gather(order.AsSpan(position, batchSize));
            Tensor loss = nn.functional.cross_entropy(model.call(input), labels);
            position += batchSize;
            losses.Add(loss.item<float>());
            if (!double.IsFinite(losses[^1]))
            {
                break;
            }

            loss.backward();
            optimizer.Step(budget.LearningRate);
            observe?.Invoke(losses.Count);
        }

        return losses;
    }
}

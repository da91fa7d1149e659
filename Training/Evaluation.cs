using OnnxInit.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training;

/// <summary>Measures a network on images, in eval mode and without gradients; every batch counts with its size.</summary>
/// <param name="Loss">Mean cross-entropy.</param>
/// <param name="Accuracy">Share classified correctly, 0 to 1.</param>
public sealed record Evaluation(double Loss, double Accuracy)
{
    private const int BatchSize = 250;

    /// <summary>Measures.</summary>
    /// <param name="model">The network; its mode is as before afterwards.</param>
    /// <param name="batches">The images.</param>
    /// <param name="indices">Which of them.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="ArgumentException">There are no images.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Evaluation Of(nn.Module<Tensor, Tensor> model, IBatches batches, ReadOnlyMemory<int> indices, CancellationToken cancellation = default) =>
        Of(model, batches, indices, receive: null, cancellation);

    /// <summary>Measures, and hands out the logits.</summary>
    /// <param name="model">The network; its mode is as before afterwards.</param>
    /// <param name="batches">The images.</param>
    /// <param name="indices">Which of them.</param>
    /// <param name="receive">Gets each batch's logits, [n, K], which hold until it returns; null when nobody wants them.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="ArgumentException">There are no images.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Evaluation Of(
        nn.Module<Tensor, Tensor> model, IBatches batches, ReadOnlyMemory<int> indices, Action<Tensor>? receive, CancellationToken cancellation)
    {
        if (indices.IsEmpty)
        {
            throw new ArgumentException("There are no images to evaluate on.", nameof(indices));
        }

        bool training = model.training;
        model.eval();
        using IDisposable noGradient = no_grad();
        double loss = 0;
        long correct = 0;
        try
        {
            for (int start = 0; start < indices.Length; start += BatchSize)
            {
                cancellation.ThrowIfCancellationRequested();
                using DisposeScope scope = NewDisposeScope();
                (Tensor images, Tensor labels) = batches.Gather(indices.Span.Slice(start, Math.Min(BatchSize, indices.Length - start)));
                Tensor logits = model.call(images);
                loss += nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum).item<float>();
                correct += logits.argmax(1).eq(labels).count_nonzero().item<long>();
                receive?.Invoke(logits);
            }
        }
        finally
        {
            model.train(training);
        }

        return new(loss / indices.Length, (double)correct / indices.Length);
    }
}

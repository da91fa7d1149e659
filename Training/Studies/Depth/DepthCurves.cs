using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Depth;

/// <summary>The losses of very deep networks, step by step.</summary>
/// <param name="Curves">By depth and scheme.</param>
internal sealed record DepthCurves(IReadOnlyList<(int Depth, DepthScheme Scheme, LossCurve Losses)> Curves)
{
    private const int SmoothedSteps = 10;
    private const int ReportEvery = 10;

    /// <summary>Trains every scheme at every depth, without BatchNorm and without clipping.</summary>
    /// <param name="options">Which, and for how many steps.</param>
    /// <param name="context">Data, seed, and whom to tell.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DepthCurves Measure(DepthStudyOptions options, StudyContext context)
    {
        List<(int, DepthScheme, LossCurve)> curves = [];
        foreach (int depth in options.CurveDepths)
        {
            foreach (DepthScheme scheme in options.Schemes.Where(scheme => scheme.Suits(depth, convolutional: false)))
            {
                using DisposeScope scope = NewDisposeScope();
                context.Report($"{depth:N0} layers, {scheme.Name}: draws the weights");
                using nn.Module<Tensor, Tensor> network = DepthNetwork.Create(scheme, depth, options.Width, batchNorm: false, convolutional: false, context);
                using ShortTraining training = new(network, context.Data, new TrainingConfiguration
                {
                    Epochs = int.MaxValue,
                    MaxSteps = options.CurveSteps,
                    BatchSize = options.BatchSize,
                    LearningRate = scheme.LearningRate(depth),
                    Seed = context.Seed,
                });
                LossCurve losses = training.Run(context.ReportLosses($"{depth:N0} layers, {scheme.Name}", ReportEvery), context.Cancellation);
                curves.Add((depth, scheme, losses));
            }
        }

        return new(curves);
    }

    /// <summary>One panel for every depth.</summary>
    public Figure Figure() => new(
        "depth-curves",
        "Training loss of very deep plain and residual networks",
        $"Means of {SmoothedSteps} steps, batch by batch, without BatchNorm and without clipping. ln 10 is guessing among ten classes.",
        [
            .. Curves.GroupBy(curve => curve.Depth).Select(group => new LinePanel(
                $"{group.Key:N0} weight layers", new("step"), new("training loss", Max: 2.6),
                [
                    .. group.Select((curve, i) => new Series(
                        $"{curve.Scheme.Name}, lr {curve.Scheme.LearningRate(group.Key):G3}", SeriesStyle.Measured,
                        [.. Enumerable.Range(1, curve.Losses.Losses.Count).Select(step => (double)step)], curve.Losses.Smoothed(SmoothedSteps)) { Color = i }),
                ])
            {
                Levels = [new("ln 10", Math.Log(10))],
            }),
        ]);
}

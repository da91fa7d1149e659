using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Depth;

/// <summary>Does it train? The loss after a fixed number of steps over depth, scheme, BatchNorm and clipping.</summary>
/// <param name="Cells">What was trained; combinations that do not exist are missing.</param>
internal sealed record DepthGrid(IReadOnlyList<DepthCell> Cells)
{
    private const double ClipNorm = 1;
    private const int DeepFrom = 1_000; // one learning rate there: a step takes as long as a hundred of a shallow network

    /// <summary>Trains every combination.</summary>
    /// <param name="options">The combinations, and for how many steps.</param>
    /// <param name="context">Data, seed, and whom to tell.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DepthGrid Measure(DepthStudyOptions options, StudyContext context)
    {
        List<DepthCell> cells = [];
        foreach (int depth in options.GridDepths)
        {
            foreach (DepthScheme scheme in options.Schemes.Where(scheme => scheme.Suits(depth, IsConvolutional(depth))))
            {
                foreach ((bool batchNorm, bool clipping) in new[] { (false, false), (false, true), (true, false), (true, true) }.Where(pair => scheme.Suits(depth, IsConvolutional(depth), pair.Item1)))
                {
                    DepthCell cell = Best(options, depth, scheme, batchNorm, clipping, context);
                    context.Report($"{depth} layers, {scheme.Name}{(batchNorm ? ", BatchNorm" : string.Empty)}{(clipping ? ", clipped" : string.Empty)}: loss {cell.Text} after {options.GridSteps} steps at {cell.LearningRate:G3}");
                    cells.Add(cell);
                }
            }
        }

        return new(cells);
    }

    /// <summary>One combination; null where it does not exist.</summary>
    /// <param name="depth">Weight layers.</param>
    /// <param name="scheme">The scheme's name.</param>
    /// <param name="batchNorm">With BatchNorm.</param>
    /// <param name="clipping">With clipping.</param>
    public DepthCell? Find(int depth, string scheme, bool batchNorm, bool clipping) =>
        Cells.FirstOrDefault(cell => cell.Depth == depth && cell.Scheme == scheme && cell.BatchNorm == batchNorm && cell.Clipping == clipping);

    /// <summary>Four heat maps, schemes by depths.</summary>
    /// <param name="options">The settings.</param>
    public Figure Figure(DepthStudyOptions options)
    {
        return new(
            "depth-grid",
            $"Does it train? Loss after {options.GridSteps} steps, by initialisation and number of weight layers",
            $"ln 10 = 2.30 is guessing, lower has learnt. \"div.\" is a loss or gradient that is not finite; \"-\" does not exist: a residual scheme on a network without blocks, Fixup with BatchNorm, the identity without a square layer. Of the learning rates tried (see the settings) the best.",
            [.. new[] { (false, false), (false, true), (true, false), (true, true) }.Select(pair => Map(pair.Item1, pair.Item2))],
            Columns: 2);

        HeatMapPanel Map(bool batchNorm, bool clipping)
        {
            DepthCell?[][] rows = [.. options.Schemes.Select(scheme => options.GridDepths.Select(depth => Find(depth, scheme.Name, batchNorm, clipping)).ToArray())];
            return new(
                $"{(batchNorm ? "BatchNorm" : "No BatchNorm")}, {(clipping ? "gradient clipped to norm 1" : "no clipping")}",
                [.. options.Schemes.Select(scheme => scheme.Name)],
                [.. options.GridDepths.Select(depth => $"{depth:N0}{(IsConvolutional(depth) ? " (CNN)" : " (MLP)")}")],
                [.. rows.Select(row => row.Select(cell => cell?.Loss ?? double.NaN).ToArray())],
                "loss")
            {
                Min = Math.Min(1.7, Cells.Where(cell => double.IsFinite(cell.Loss)).Select(cell => cell.Loss).DefaultIfEmpty(1.7).Min()),
                Max = 2.5,
                Texts = [.. rows.Select(row => row.Select(cell => cell?.Text ?? "-").ToArray())],
            };
        }
    }

    /// <summary>The learning rates that were tried, in words.</summary>
    /// <param name="options">The settings.</param>
    public static string Rates(DepthStudyOptions options) =>
        $"per scheme (0.001; orthogonal, identity and looks-linear 0.1 / layers, at most 0.001) times {string.Join(", ", options.GridRateFactors)}, the best taken; from {DeepFrom:N0} layers on times 1 alone";

    private static bool IsConvolutional(int depth) => depth == DepthNetwork.ConvolutionalDepth;

    private static DepthCell Best(DepthStudyOptions options, int depth, DepthScheme scheme, bool batchNorm, bool clipping, StudyContext context)
    {
        DepthCell? best = null;
        foreach (double factor in depth >= DeepFrom ? [1] : options.GridRateFactors)
        {
            using DisposeScope scope = NewDisposeScope();
            double rate = scheme.LearningRate(depth) * factor;
            using nn.Module<Tensor, Tensor> network = DepthNetwork.Create(scheme, depth, options.Width, batchNorm, IsConvolutional(depth), context);
            using ShortTraining training = new(network, context.Data, new TrainingConfiguration
            {
                Epochs = int.MaxValue,
                MaxSteps = options.GridSteps,
                BatchSize = options.BatchSize,
                LearningRate = rate,
                ClipNorm = clipping ? ClipNorm : null,
                Seed = context.Seed,
            });
            double loss = training.Run(cancellation: context.Cancellation).FinalLoss;
            if (best is null || loss < best.Loss || double.IsNaN(best.Loss))
            {
                best = new(depth, scheme.Name, batchNorm, clipping, rate, loss);
            }
        }

        return best!;
    }
}

/// <summary>One combination.</summary>
/// <param name="Depth">Weight layers.</param>
/// <param name="Scheme">The scheme's name.</param>
/// <param name="BatchNorm">With BatchNorm.</param>
/// <param name="Clipping">With clipping.</param>
/// <param name="LearningRate">The best of those tried.</param>
/// <param name="Loss">Mean of the last ten losses; NaN when it diverged.</param>
internal sealed record DepthCell(int Depth, string Scheme, bool BatchNorm, bool Clipping, double LearningRate, double Loss)
{
    private const double Readable = 100;

    /// <summary>The loss in a few characters.</summary>
    public string Text => double.IsNaN(Loss) ? "div." : Loss < Readable ? $"{Loss:F2}" : $"{Loss:0e+0}";
}

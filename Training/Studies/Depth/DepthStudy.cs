using OnnxInit.Contracts.Figures;

namespace OnnxInit.Training.Studies.Depth;

/// <summary>What depth does to signal, gradient and training, and which initialisations survive a thousand layers.</summary>
/// <param name="options">What is measured.</param>
public sealed class DepthStudy(DepthStudyOptions options) : Study
{
    private const double GrowthTolerance = 0.04;
    private const double Guessing = 0.02;
    private const double Learning = 0.1;
    private const double Learnt = 1.9;
    private const double LearntVeryDeep = 2.1;
    private const int Deep = 40; // 2^-40 is below the resolution of a float32
    private const int VeryDeep = 1_000;
    private const int ExtremelyDeep = 10_000;
    private const int NeededSteps = 200;
    private const int NeededStepsExtremelyDeep = 90;
    private const string LooksLinear = "looks-linear";

    /// <summary>The schemes that pass nothing through a thousand layers: each layer multiplies the mean square by 1/2, 1/200 and 1/6 at 100 units.</summary>
    private static readonly string[] Vanishing = ["xavier-normal", "normal:0.01", "pytorch"];

    /// <summary>The plain schemes that start as a map which keeps lengths.</summary>
    private static readonly string[] Isometries = ["identity", LooksLinear];

    /// <summary>The schemes whose weights are independent.</summary>
    private static readonly string[] Independent = ["kaiming-normal", .. Vanishing];

    /// <inheritdoc/>
    public override string Name => "depth";

    /// <inheritdoc/>
    public override string Title => "Depth: what survives a thousand layers";

    /// <inheritdoc/>
    public override string Question => "Which initialisations let a network of 2, 4, 100 or 1,000 layers train, and what do BatchNorm and gradient clipping add?";

    /// <inheritdoc/>
    public override StudyResult Run(StudyContext context)
    {
        options.Validate();
        List<Finding> findings = [];
        List<Figure> figures = [];
        List<string> verdict = [];
        Dictionary<string, string> settings = new() { ["units of a hidden layer"] = $"{options.Width}", ["seed"] = $"{context.Seed}" };
        if (options.LawNetworks > 0)
        {
            Law(context, findings, figures, verdict, settings);
        }

        if (options.GrowthNetworks > 0)
        {
            Growth(context, findings, figures, verdict, settings);
        }

        if (options.CurveSteps > 0)
        {
            Curves(context, findings, figures, verdict, settings);
        }

        if (options.GridSteps > 0)
        {
            DepthGrid grid = DepthGrid.Measure(options, context);
            figures.Add(grid.Figure(options));
            findings.AddRange(Findings(grid));
            settings["heat map"] = $"{options.GridSteps} steps of batch {options.BatchSize}, momentum 0.9; learning rates {DepthGrid.Rates(options)}";
            verdict.Add($"{grid.Cells.Count(cell => cell.Loss < Math.Log(10) - Learning)} of {grid.Cells.Count} combinations have learnt something after {options.GridSteps} steps");
        }

        return new()
        {
            Name = Name,
            Title = Title,
            Question = Question,
            Theory = Theory(),
            Verdict = $"{string.Join("; ", verdict)}. {(findings.Count == 0 ? "No claim is made at these settings" : $"{findings.Count(finding => finding.Holds)} of {findings.Count} claims hold")}.",
            Findings = findings,
            Settings = settings,
            Figures = figures,
        };
    }

    private void Law(StudyContext context, List<Finding> findings, List<Figure> figures, List<string> verdict, Dictionary<string, string> settings)
    {
        LogMeanSquareReport report = new(options.Width, options.LawDepth);
        LogMeanSquareSample he = LogMeanSquareSample.Measure(options.LawNetworks, options.LawDepth, options.Width, orthogonal: false, context);
        LogMeanSquareSample? orthogonal = options.OrthogonalNetworks > 0
            ? LogMeanSquareSample.Measure(options.OrthogonalNetworks, options.LawDepth, options.Width, orthogonal: true, context)
            : null;
        context.Report(report.Table(he));
        findings.AddRange(report.OfHe(he));
        if (orthogonal is not null)
        {
            findings.AddRange(report.OfOrthogonal(orthogonal));
        }

        figures.AddRange(report.Figures(he, orthogonal));
        (double mean, double variance) = LogMeanSquareSample.Moments(he.Forward, options.LawDepth);
        verdict.Add(
            $"ln(mean square) after {options.LawDepth} layers at He has mean {mean:F1} and variance {variance:F1}, expected {-2.5 * options.LawDepth / options.Width:F1} and {5.0 * options.LawDepth / options.Width:F1}");
        settings["log-normal law"] =
            $"{options.LawNetworks} networks of {options.LawDepth} layers, one N(0, 1) input each, float64, rescaled at every layer; {options.OrthogonalNetworks} orthogonal ones. Mean, variance: {report.Table(he)}";
    }

    private void Growth(StudyContext context, List<Finding> findings, List<Figure> figures, List<string> verdict, Dictionary<string, string> settings)
    {
        GradientGrowth plain = GradientGrowth.Measure(options, batchNorm: false, context);
        GradientGrowth normalized = GradientGrowth.Measure(options, batchNorm: true, context);
        findings.Add(Finding.Near(
            "growth of the gradient's mean square per layer, backward, with BatchNorm", normalized.Factor, GradientGrowth.OfBatchNorm, GrowthTolerance * GradientGrowth.OfBatchNorm));
        LogMeanSquareLaw law = LogMeanSquareLaw.Gaussian(options.Width);
        double error = Math.Sqrt(law.Variance / (options.GrowthNetworks * options.GrowthDepth));
        findings.Add(Finding.Near("the same without BatchNorm (4 standard errors of its logarithm)", plain.Factor, Math.Exp(law.Mean), 4 * error));
        figures.Add(GradientGrowth.Figure(plain, normalized, options));
        verdict.Add($"with BatchNorm the gradient's mean square grows by {normalized.Factor:F3} per layer (expected {GradientGrowth.OfBatchNorm:F3}), without by {plain.Factor:F3}");
        settings["growth by BatchNorm"] = $"{options.GrowthNetworks} networks of {options.GrowthDepth} layers, batch {options.GrowthBatch} of N(0, 1), float64, He";
    }

    private void Curves(StudyContext context, List<Finding> findings, List<Figure> figures, List<string> verdict, Dictionary<string, string> settings)
    {
        DepthCurves curves = DepthCurves.Measure(options, context);
        figures.Add(curves.Figure());
        settings["loss curves"] = $"{options.CurveSteps} steps of batch {options.BatchSize}, momentum 0.9, on {context.Data.Name}";
        foreach (IGrouping<int, (int Depth, DepthScheme Scheme, LossCurve Losses)> group in curves.Curves.GroupBy(curve => curve.Depth))
        {
            verdict.Add($"loss of {group.Key:N0} layers after {options.CurveSteps} steps: {string.Join(", ", group.Select(curve => $"{curve.Scheme.Name} {(curve.Losses.Diverged ? "diverged" : $"{curve.Losses.FinalLoss:F2}")}"))}");
            findings.AddRange(Findings(group.Key, [.. group]));
        }
    }

    /// <summary>1.467 per layer is 1e166 over a thousand layers: float32 has no such gradient, clipped or not.</summary>
    private IEnumerable<Finding> Findings(DepthGrid grid) => options.GridDepths.Where(depth => depth >= VeryDeep).Select(depth => Finding.Between(
        $"plain networks of {depth:N0} layers with BatchNorm and independent weights, clipped or not, that have learnt after {options.GridSteps} steps",
        grid.Cells.Count(cell => cell.Depth == depth && cell.BatchNorm && Independent.Contains(cell.Scheme) && cell.Loss < Math.Log(10) - Learning), double.NegativeInfinity, 0));

    private IEnumerable<Finding> Findings(int depth, IReadOnlyList<(int Depth, DepthScheme Scheme, LossCurve Losses)> curves)
    {
        foreach ((_, DepthScheme scheme, LossCurve losses) in curves.Where(curve => depth >= Deep && Vanishing.Contains(curve.Scheme.Name)))
        {
            yield return Finding.Near($"loss of {depth:N0} layers, {scheme.Name}, stays ln 10", losses.FinalLoss, Math.Log(10), Guessing);
        }

        // What is to be learnt, and how fast, is known of 1,000 layers, and of looks-linear ones at 10,000.
        if (depth >= ExtremelyDeep && options.CurveSteps >= NeededStepsExtremelyDeep)
        {
            foreach ((_, DepthScheme scheme, LossCurve losses) in curves.Where(curve => curve.Scheme.Name == LooksLinear))
            {
                yield return Finding.Between($"loss of {depth:N0} layers after {options.CurveSteps} steps, {scheme.Name}", losses.FinalLoss, double.NegativeInfinity, LearntVeryDeep);
            }
        }
        else if (depth is >= VeryDeep and < ExtremelyDeep && options.CurveSteps >= NeededSteps)
        {
            foreach ((_, DepthScheme scheme, LossCurve losses) in curves.Where(curve => Isometries.Contains(curve.Scheme.Name)))
            {
                yield return Finding.Between($"loss of {depth:N0} layers after {options.CurveSteps} steps, {scheme.Name}", losses.FinalLoss, double.NegativeInfinity, Learnt);
            }

            foreach ((_, DepthScheme scheme, LossCurve losses) in curves.Where(curve => curve.Scheme.LayersPerBranch > 0))
            {
                yield return Finding.Between($"loss of the residual network of {depth:N0} layers after {options.CurveSteps} steps, {scheme.Name}", losses.FinalLoss, double.NegativeInfinity, LearntVeryDeep);
            }
        }
    }

    private static string Theory() =>
        "At He's initialisation a layer of n ReLU units multiplies the mean square of its input by (2/n) chi²_K, where K, the number of active units, is binomial: 1 in the mean, with variance 5/n. "
        + "Over L layers the logarithms add up: ln(mean square) is about N(-5L/2n, 5L/n). Even the right variance of the weights thus keeps the signal only on average over networks: at a depth of ten times the width a typical network "
        + "has lost eleven decades, and networks differ by three (Hanin 2018; Hanin and Nica 2018). Orthogonal weights take the fluctuation of the matrices away, 3/n in place of 5/n; looks-linear and identity weights have none at all, "
        + "since the whole network is an isometry at first. Xavier (1/2 per layer) and N(0, 0.01²) (1/200) pass nothing through a thousand layers: float32 underflows. PyTorch's default (1/6) has random biases, so that a signal arrives, "
        + "but it is the same for every image; and no gradient comes back. In all three the output's biases are all that can learn, and the loss stays ln 10. "
        + $"BatchNorm keeps the signal, but its Jacobian multiplies the gradient's mean square by pi/(pi - 1) = {GradientGrowth.OfBatchNorm:F3} per layer on its way back (Yang et al. 2019): in plain networks it alone makes gradients explode. "
        + "Residual networks whose branches start at nothing (Fixup, ReZero) are isometries too. Clipping helps against a rare large gradient; at a thousand layers with BatchNorm the gradient is not large but infinite in float32, and there is nothing to clip.";
}

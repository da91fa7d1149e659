using System.CommandLine;
using OnnxInit.Inference.Quantization;

namespace OnnxInit.Cli.Commands;

/// <summary>The options of <c>quantize</c> that say how ranges of activations are found, which layers stay in float32, and how both models are compared.</summary>
internal sealed class QuantizeArguments
{
    private static readonly QuantizationJob Defaults = new() { Target = QuantizationTarget.Int8, ModelPath = string.Empty };

    private readonly Option<int> _images = new("--calibration-images") { Description = "How many training images are looked at.", DefaultValueFactory = _ => Defaults.CalibrationImages };
    private readonly Option<long> _seed = new("--seed") { Description = "What chooses them.", DefaultValueFactory = _ => Defaults.Seed };
    private readonly Option<string> _method = new("--method") { Description = "How the range of an activation follows from what was seen of it: minmax, percentile or entropy.", DefaultValueFactory = _ => Lower(Defaults.Int8.Method) };
    private readonly Option<double> _percentile = NumberOption.Create("--percentile", "The share of an activation's elements inside the range, in percent.", Defaults.Int8.Percentile);
    private readonly Option<int> _bins = new("--bins") { Description = $"Bins of the histograms of percentile and entropy, at least {Int8Options.FewestBins}.", DefaultValueFactory = _ => Defaults.Int8.Bins };
    private readonly Option<bool> _keepFirst = new("--keep-first-float") { Description = "The first layer with weights stays in float32." };
    private readonly Option<bool> _keepLast = new("--keep-last-float") { Description = "The last layer with weights stays in float32." };
    private readonly Option<int> _rounds = new("--speed-rounds") { Description = "Rounds in which both models take turns to be timed, an odd number; 0: their speeds are not measured.", DefaultValueFactory = _ => Defaults.SpeedRounds };

    public QuantizeArguments() => _method.AcceptOnlyFromAmong([.. Enum.GetValues<CalibrationMethod>().Select(Lower)]);

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options => [_images, _seed, _method, _percentile, _bins, _keepFirst, _keepLast, _rounds];

    /// <summary>What the options say; the model is still to be named.</summary>
    /// <param name="parsed">The command line.</param>
    public QuantizationJob Job(ParseResult parsed) => Defaults with
    {
        CalibrationImages = parsed.GetValue(_images),
        Seed = parsed.GetValue(_seed),
        SpeedRounds = parsed.GetValue(_rounds),
        Int8 = new()
        {
            Method = Enum.Parse<CalibrationMethod>(parsed.GetValue(_method)!, ignoreCase: true),
            Percentile = parsed.GetValue(_percentile),
            Bins = parsed.GetValue(_bins),
            KeepFirstFloat = parsed.GetValue(_keepFirst),
            KeepLastFloat = parsed.GetValue(_keepLast),
        },
    };

    private static string Lower(CalibrationMethod method) => method.ToString().ToLowerInvariant();
}

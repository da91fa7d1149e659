using System.CommandLine;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.Variance;

namespace OnnxInit.Cli.Studies;

/// <summary>The options of <c>study variance</c>.</summary>
internal sealed class VarianceArguments(Study study) : StudyArguments(study)
{
    private readonly Option<double[]?> _variances = ListOption.OfNumbers<double>("--variances", "The variances of the weights (default: 0.001,0.01,0.02,0.1,1).");
    private readonly Option<int?> _depth = new("--depth") { Description = "Hidden layers (default: 50)." };
    private readonly Option<int?> _width = new("--width") { Description = "Units of a hidden layer (default: 100)." };
    private readonly Option<int?> _networks = new("--networks") { Description = "Networks of each variance (default: 300, quick 40)." };

    public override IReadOnlyList<Option> Options => [_variances, _depth, _width, _networks];

    public override Study Create(ParseResult parsed, bool quick)
    {
        VarianceStudyOptions defaults = quick ? VarianceStudyOptions.Quick : new();
        VarianceStudyOptions options = defaults with
        {
            Variances = parsed.List(_variances) ?? defaults.Variances,
            Depth = parsed.GetValue(_depth) ?? defaults.Depth,
            Width = parsed.GetValue(_width) ?? defaults.Width,
            Networks = parsed.GetValue(_networks) ?? defaults.Networks,
        };
        options.Validate();
        return new VarianceStudy(options);
    }
}

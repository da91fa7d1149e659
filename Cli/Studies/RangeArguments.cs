using System.CommandLine;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.Range;

namespace OnnxInit.Cli.Studies;

/// <summary>The options of <c>study range</c>.</summary>
internal sealed class RangeArguments(Study study) : StudyArguments(study)
{
    private readonly Option<double[]?> _factors = ListOption.OfNumbers<double>("--factors", "The factors a of the matrices a I (default: 10,0.1).");
    private readonly Option<int?> _depth = new("--depth") { Description = "The number of matrices (default: 1000)." };
    private readonly Option<int?> _size = new("--size") { Description = "Rows and columns of a matrix (default: 100, quick 16)." };

    public override IReadOnlyList<Option> Options => [_factors, _depth, _size];

    public override Study Create(ParseResult parsed, bool quick)
    {
        RangeStudyOptions defaults = quick ? RangeStudyOptions.Quick : new();
        RangeStudyOptions options = defaults with
        {
            Factors = parsed.List(_factors) ?? defaults.Factors,
            Depth = parsed.GetValue(_depth) ?? defaults.Depth,
            Size = parsed.GetValue(_size) ?? defaults.Size,
        };
        options.Validate();
        return new RangeStudy(options);
    }
}

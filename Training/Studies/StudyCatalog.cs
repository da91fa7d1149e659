using OnnxInit.Training.Studies.Activations;
using OnnxInit.Training.Studies.BatchNormalization;
using OnnxInit.Training.Studies.Clipping;
using OnnxInit.Training.Studies.Depth;
using OnnxInit.Training.Studies.Moments;
using OnnxInit.Training.Studies.Range;
using OnnxInit.Training.Studies.Stall;
using OnnxInit.Training.Studies.Variance;

namespace OnnxInit.Training.Studies;

/// <summary>The studies, in the order in which they are read.</summary>
public static class StudyCatalog
{
    /// <summary>The studies at their full settings, or at settings that take seconds.</summary>
    /// <param name="quick">Whether seconds matter more than error bars.</param>
    public static IReadOnlyList<Study> Create(bool quick) =>
    [
        new VarianceStudy(quick ? VarianceStudyOptions.Quick : new()),
        new RangeStudy(quick ? RangeStudyOptions.Quick : new()),
        new MomentsStudy(quick ? MomentsStudyOptions.Quick : new()),
        new ActivationsStudy(quick ? ActivationsStudyOptions.Quick : new()),
        new DepthStudy(quick ? DepthStudyOptions.Quick : new()),
        new StallStudy(quick ? StallStudyOptions.Quick : new()),
        new BatchNormStudy(quick ? BatchNormStudyOptions.Quick : new()),
        new ClippingStudy(quick ? ClippingStudyOptions.Quick : new()),
    ];
}

using OnnxInit.Training.Studies;

namespace OnnxInit.Tests.Training.Studies;

/// <summary>Runs a study without images, on one thread.</summary>
internal static class StudyRun
{
    public static StudyResult Of(Study study, long seed = 17, CancellationToken cancellation = default) => SmallStudy.OnOneThread(
        () => study.Run(new StudyContext(() => throw new InvalidOperationException("The study needs no images."), _ => { }, cancellation) { Seed = seed }));
}

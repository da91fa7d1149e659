using OnnxInit.Training.Studies;

namespace OnnxInit.Tests.Training.Studies;

/// <summary>Runs a study without images, on one thread.</summary>
internal static class StudyRun
{
    public static StudyResult Of(Study study, long seed = 17, CancellationToken cancellation = default)
    {
        int threads = TorchSharp.torch.get_num_threads();
        try
        {
            TorchSharp.torch.set_num_threads(1);
            return study.Run(new StudyContext(() => throw new InvalidOperationException("The study needs no images."), _ => { }, cancellation) { Seed = seed });
        }
        finally
        {
            TorchSharp.torch.set_num_threads(threads);
        }
    }
}

using static TorchSharp.torch;

namespace OnnxInit.Training.Studies;

/// <summary>Sets the number of libtorch's threads, until it is disposed. Matrices of some thousand entries gain nothing by a second thread, and wait for it.</summary>
internal sealed class ThreadCount : IDisposable
{
    private readonly int _before = get_num_threads();

    /// <summary>Sets it.</summary>
    /// <param name="threads">How many.</param>
    public ThreadCount(int threads) => set_num_threads(threads);

    /// <inheritdoc/>
    public void Dispose() => set_num_threads(_before);
}

using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Contracts.Data;

/// <summary>
/// The order in which an epoch visits the training images: a pure function of (seed, epoch), so that a resumed training visits what an
/// uninterrupted one would have.
/// </summary>
public static class EpochOrder
{
    /// <summary>Permutes the training images for one epoch, every order equally likely.</summary>
    /// <param name="indices">The images to train on, such as <see cref="DataSplit.Train"/>.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The number of the epoch, however it is counted.</param>
    public static int[] Of(IEnumerable<int> indices, long seed, int epoch)
    {
        int[] order = [.. indices];
        new PhiloxRandom(seed, $"order/{epoch}").Shuffle(order);
        return order;
    }
}

using System.Security.Cryptography;

namespace OnnxInit.Contracts.Data;

/// <summary>Identifies image sets by their content.</summary>
public static class ImageDigest
{
    /// <summary>SHA-256 over the labels and the pixels of each set in turn.</summary>
    /// <param name="sets">The sets, in order.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Compute(params ReadOnlySpan<ImageSet> sets)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ImageSet set in sets)
        {
            hash.AppendData(set.Labels);
            hash.AppendData(set.Pixels);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

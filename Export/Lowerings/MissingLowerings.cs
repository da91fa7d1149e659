namespace OnnxInit.Export.Lowerings;

/// <summary>Why there is no lowering of functions that people may expect one of.</summary>
internal static class MissingLowerings
{
    private const string Decompositions = "ONNX has no inverses and decompositions of matrices";
    private const string Counts = "how many results there are depends on the values";

    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["inverse"] = Decompositions,
        ["pinverse"] = Decompositions,
        ["cholesky"] = Decompositions,
        ["cholesky_inverse"] = Decompositions,
        ["cholesky_solve"] = Decompositions,
        ["geqrf"] = Decompositions,
        ["logdet"] = Decompositions,
        ["slogdet"] = Decompositions,
        ["lstsq"] = Decompositions,
        ["lu"] = Decompositions,
        ["lu_solve"] = Decompositions,
        ["lu_unpack"] = Decompositions,
        ["matrix_exp"] = Decompositions,
        ["orgqr"] = Decompositions,
        ["ormqr"] = Decompositions,
        ["linalg_cholesky"] = Decompositions,
        ["linalg_cond"] = Decompositions,
        ["linalg_eig"] = Decompositions,
        ["linalg_eigh"] = Decompositions,
        ["linalg_eigvals"] = Decompositions,
        ["linalg_eigvalsh"] = Decompositions,
        ["linalg_inv"] = Decompositions,
        ["linalg_lstsq"] = Decompositions,
        ["linalg_lu"] = Decompositions,
        ["linalg_matrix_exp"] = Decompositions,
        ["linalg_matrix_rank"] = Decompositions,
        ["linalg_pinv"] = Decompositions,
        ["linalg_qr"] = Decompositions,
        ["linalg_slogdet"] = Decompositions,
        ["linalg_solve"] = Decompositions,
        ["linalg_solve_triangular"] = Decompositions,
        ["linalg_svd"] = Decompositions,
        ["linalg_svdvals"] = Decompositions,
        ["linalg_tensorinv"] = Decompositions,
        ["linalg_tensorsolve"] = Decompositions,
        ["unique"] = Counts,
        ["unique_consecutive"] = Counts,
        ["bincount"] = Counts,
        ["mode"] = "PyTorch does not say which of the equal values it takes",
        ["nanmean"] = "TorchSharp calls it with arguments that libtorch reads as others",
    };

    /// <summary>Why a function has no lowering, a clause; null where nothing stands in the way of one.</summary>
    /// <param name="name">Its canonical name.</param>
    public static string? Reason(string name) => Reasons.GetValueOrDefault(name);
}

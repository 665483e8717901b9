using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Steps;

/// <summary>What lives as long as a row is measured: the tensors that are made meanwhile, and what is given to it.</summary>
internal sealed class RowResources : IDisposable
{
    private readonly DisposeScope _tensors = NewDisposeScope();
    private readonly List<IDisposable> _owned = [];

    /// <summary>Takes something over.</summary>
    public T Own<T>(T resource)
        where T : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }

    public void Dispose()
    {
        foreach (IDisposable resource in _owned)
            resource.Dispose();
        _tensors.Dispose();
    }
}

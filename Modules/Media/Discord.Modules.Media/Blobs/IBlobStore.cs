namespace Discord.Modules.Media.Blobs;

/// <summary>Bytes by their SHA-256. Knows nothing of who refers to them; callers see to it that a blob is not written and deleted at once.</summary>
/// <remarks>Every method throws an <see cref="IOException"/> when the store cannot do it: no space, no access.</remarks>
internal interface IBlobStore
{
    /// <summary>Starts a blob whose name is not known yet.</summary>
    IBlobDraft Begin();

    /// <summary>A blob's bytes, seekable, or null when there is no such blob.</summary>
    ValueTask<Stream?> OpenAsync(string blob, CancellationToken cancellationToken);

    /// <summary>Deletes a blob; one that is not there is deleted already.</summary>
    ValueTask DeleteAsync(string blob, CancellationToken cancellationToken);

    /// <summary>Deletes what an earlier process began and did not finish. Call before the first draft.</summary>
    ValueTask DiscardDraftsAsync(CancellationToken cancellationToken);
}

/// <summary>A blob that is being written. Disposing one that was not finished leaves nothing behind.</summary>
internal interface IBlobDraft : IAsyncDisposable
{
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Makes it durable under its name. When an equal blob is there, that one stays.</summary>
    ValueTask FinishAsync(string blob, CancellationToken cancellationToken);
}

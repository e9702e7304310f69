def f(images):
    mean = images.mean(dim=(1, 2), keepdim=True)
    deviation = images.std(dim=(1, 2), keepdim=True, correction=0)
    y = ((images - mean) / deviation * 0.25 + 0.5).clamp(0, 1)
    return y ** (1 / 2.2)

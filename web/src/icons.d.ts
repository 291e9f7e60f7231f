declare module "*.svg?icon" {
    const shapes: string;
    export default shapes;
}
